# ruff: noqa: I001  a model stands before those that build on it

from . import iris_email_right_mixin
from . import iris_email_source_mixin
from . import iris_email_incoming_right
from . import iris_email_outgoing_right
from . import iris_email_account
from . import iris_email_account_settings
from . import iris_email_account_rights
from . import iris_email_account_passwords
from . import iris_email_account_connection
from . import iris_email_account_checking
from . import iris_email
from . import iris_email_received
from . import iris_email_permissions
from . import iris_email_read_marks
from . import ir_attachment
from . import iris_email_linker
from . import iris_email_receipt
from . import iris_email_storage
from . import iris_email_receiver
from . import iris_email_receiver_whole
from . import res_partner
