from . import test_account
from . import test_check_mail
from . import test_check_mail_bad_input
from . import test_linking
from . import test_partner_mail
from . import test_read_marks
from . import test_rights
from . import test_web_unit
