"""The class of `tests.benchmarks.load` through the load balancer: `python -m tests.benchmarks.deployment`.

nginx with the deployment's settings, replicas of the app and two Dask workers run on loopback. Students do not pause:
the moves served in a second say what each number of replicas can do.
"""

import argparse
import tempfile
from pathlib import Path

import psutil

from tests.benchmarks.load import attend, held, report
from tests.deploy.loopback import deployed


def main() -> None:
    """Reads the command line and tries each number of replicas."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicas", type=int, nargs="*", default=[1, 3])
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=0.0)
    options = parser.parse_args()
    rates: dict[int, float] = {}
    for replicas in options.replicas:
        print(f"{replicas} replicas and 2 workers behind nginx")
        with (
            tempfile.TemporaryDirectory() as folder,
            deployed(Path(folder), replicas=replicas, workers=2) as (address, servers),
        ):
            attend(address, 2 * replicas, 20, 0.2)
            diary = attend(address, options.students, options.seconds, options.pause)
            report(diary, options)
            sizes = ", ".join(f"{held(psutil.Process(server.pid)):.0f}" for server in servers)
            requests = (Path(folder) / "access.log").read_text().count("\n")
            print(f"{requests} requests through nginx; memory of the replicas: {sizes} MB")
            rates[replicas] = sum(map(len, diary.moves.values())) / options.seconds
    first = next(iter(rates))
    for replicas, rate in rates.items():
        print(f"{replicas} replicas: {rate:.1f} moves a second, {rate / rates[first]:.2f} times those of {first}")


if __name__ == "__main__":
    main()
