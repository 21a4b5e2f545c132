from .experiment import ARMS as ARMS
from .experiment import TASKS as TASKS
from .experiment import AlignParams as AlignParams
from .experiment import AlignResult as AlignResult
from .experiment import evaluation_steps as evaluation_steps
from .experiment import recorded_alignment as recorded_alignment
from .jobs import align as align
from .tasks import task_data as task_data
