"""Read files of leads in tests."""

import pb2b_notebook as pb


def read(data, **options):
    """Read a buffer as a polars frame."""
    data = data.encode() if isinstance(data, str) else data
    return pb.read_leads(data, frame="polars", quiet=True, **options)


def report(frame):
    """The report of the file that a frame was read from."""
    return pb.provenance(frame).file


def codes(frame):
    """The codes of the findings about the file that a frame was read from."""
    return {finding.code for finding in report(frame).findings}
