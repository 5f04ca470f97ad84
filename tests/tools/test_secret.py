import threading

import pytest
from iris_tools import secret


def test_round_trip():
    key = secret.generate_key()
    token = secret.encrypt(key, "пароль\0 with anything 🙂")
    assert "пароль" not in token
    assert token.isascii()
    assert secret.decrypt(key, token) == "пароль\0 with anything 🙂"


def test_same_text_gives_different_tokens():
    key = secret.generate_key()
    assert secret.encrypt(key, "secret") != secret.encrypt(key, "secret")


@pytest.mark.parametrize(
    "damage", [lambda token: token[:-4], lambda token: "A" + token, lambda _: ""]
)
def test_damaged_token(damage):
    key = secret.generate_key()
    with pytest.raises(secret.SecretUnreadable):
        secret.decrypt(key, damage(secret.encrypt(key, "secret")))


def test_other_key():
    token = secret.encrypt(secret.generate_key(), "secret")
    with pytest.raises(secret.SecretUnreadable):
        secret.decrypt(secret.generate_key(), token)


@pytest.mark.parametrize("key", ["", "short", "ключ" * 11, "A" * 44])
def test_no_key(key):
    with pytest.raises(secret.SecretUnreadable):
        secret.encrypt(key, "secret")
    with pytest.raises(secret.SecretUnreadable):
        secret.decrypt(key, "token")


def test_key_file_is_made_once_and_private(tmp_path):
    path = tmp_path / "data" / "mail.key"
    key = secret.load_or_create_key_file(path)
    assert secret.load_or_create_key_file(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["mail.key"]


def test_key_file_that_holds_no_key_is_left_alone(tmp_path):
    path = tmp_path / "mail.key"
    path.write_text("not a key")
    with pytest.raises(secret.SecretUnreadable):
        secret.load_or_create_key_file(path)
    assert path.read_text() == "not a key"


def test_key_file_made_by_many_at_once(tmp_path):
    path = tmp_path / "mail.key"
    barrier = threading.Barrier(8)
    keys = []

    def load():
        barrier.wait()
        keys.append(secret.load_or_create_key_file(path))

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert len(list(tmp_path.iterdir())) == 1
