from pb2b_notebook.display.progress import Progress


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_quick_call_shows_no_bar(capsys):
    with Progress("leads.list", shown=True, clock=Clock()) as progress:
        progress.add(500, 1000)
        progress.add(500, 1000)
    assert capsys.readouterr() == ("", "")


def test_a_call_of_more_than_a_second_shows_rows_and_total(capsys):
    clock = Clock()
    with Progress("leads.list", shown=True, clock=clock) as progress:
        progress.add(500, 2000)
        clock.now = 1.5
        progress.add(500, 2000, "2 pages, 598 requests left")
    shown = capsys.readouterr().err
    assert "1000/2000" in shown
    assert "2 pages, 598 requests left" in shown
    assert "rows/s" in shown


def test_a_bar_that_is_switched_off_is_not_shown(capsys):
    clock = Clock()
    with Progress("leads.list", shown=False, clock=clock) as progress:
        clock.now = 100.0
        progress.add(500, None)
    assert capsys.readouterr() == ("", "")
