from . import stages as stages
from .experiment import ARMS as ARMS
from .experiment import TASKS as TASKS
from .experiment import AlignParams as AlignParams
from .experiment import AlignResult as AlignResult
from .experiment import align as align
from .experiment import recorded_alignment as recorded_alignment
from .tasks import task_data as task_data
