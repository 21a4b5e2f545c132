"""Long computations on Dask: submitted once, followed from any page, kept on disk.

`submit(function, params)` runs `function(params, on_progress=...)` in a worker process and returns a `Job`. Asking
again with equal params joins the running job, or gets the kept result at once. Importing this package imports neither
torch nor distributed; distributed is imported when the first job runs.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
