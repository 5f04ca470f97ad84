from . import iris_email_trust_certificate
