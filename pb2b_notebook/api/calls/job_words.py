"""What the status of a job means, in the words of many services and languages. Pure."""

from __future__ import annotations

import re
from typing import Final, Literal

from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.letters import without_accents

End = Literal["completed", "failed", "cancelled"]

_COMPLETED: Final = lazy_pattern(
    r"(job)?(complete[ds]?|succe(ss|ssful|ssfully|eded)|finished|done|processed|ended|imported|exported|"
    # German, French, Spanish, Portuguese, Italian
    r"abgeschlossen|fertig|fertiggestellt|erledigt|beendet|erfolgreich|terminee?|acheve?e?|reussie?|finie?|completee?|"
    r"(complet|termin|finaliz|import|export|process|proces)ad[oa]|exitos[oa]|exito|list[oa]|hech[oa]|"
    r"concluid[oa]|sucesso|pront[oa]|(complet|termin|import|esport)at[oa]|finit[oa]|riuscit[oa]|conclus[oa]|"
    # Dutch, Swedish, Danish, Norwegian, Finnish, Polish, Czech, Hungarian, Turkish
    r"voltooid|klaar|gereed|afgerond|geslaagd|klara?|fardiga?|slutford|avslutad|afsluttet|faerdig|ferdig|fullfort|"
    r"valmis|zakonczon[oey]|ukonczon[oey]|dokoncen[oy]?|hotovo|befejezett|kesz|tamamlandi|"
    r"завершен[оа]?|выполнен[оа]?|готово|完了|完成|已完成|완료)"
)
_FAILED: Final = lazy_pattern(
    r"(job)?(fail(ed|ure|ures)?|error(ed|s)?|expired|rejected|timeout|timed|crashed|unsuccessful(ly)?|"
    r"fehlgeschlagen|fehler|gescheitert|echec|echouee?|erreur|fallid[oa]|fallo|falhou|falha|erro|fallit[oa]|errore|"
    r"mislukt|misslyckades|mislykkedes|feilet|fejlet|epaonnistui|blad|chyba|hata|ошибка|失敗|失败|실패)"
)
_CANCELLED: Final = lazy_pattern(
    r"(job)?(cancell?ed|abort(ed)?|terminated|abgebrochen|annulee?|abandonnee?|cancelad[oa]|annullat[oa]|geannuleerd|"
    r"avbruten|avbrutt|annulleret|peruutettu|anulowan[oe]|отменен[оа]?|キャンセル|已取消)"
)
_ENDED_WELL: Final = frozenset({"ready", "ok", "okay", "available", "delivered", "loaded", "applied", "closed"})
"""Words of jobs that have ended, which could as well be those of jobs that have not begun."""
_NOT: Final = frozenset({"not", "non", "no", "nicht", "niet", "nao", "pas", "un", "in", "ikke", "inte", "nie"})
_WITH: Final = frozenset({"with", "mit", "avec", "con", "com", "met", "med", "but"})


def words_of(status: str) -> list[str]:
    """Return the words of a status in lower case, without accents.

    >>> words_of("CompletedWithErrors"), words_of("Terminé")
    (['completed', 'with', 'errors'], ['termine'])
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", status.strip())
    return [word for word in re.split(r"[^\w]+|_+", without_accents(spaced)) if word]


def end_of(status: str) -> End | None:
    """Return how a job ended by its status; ``None`` for a status that does not certainly say that it ended.

    A job that completed with errors completed: what went wrong is in the errors of its rows.

    >>> [end_of(status) for status in ("JobComplete", "COMPLETE_WITH_ERRORS", "partially succeeded", "abgeschlossen")]
    ['completed', 'completed', 'completed', 'completed']
    >>> [end_of(status) for status in ("failed to complete", "Echoué", "canceled", "not finished", "finishing")]
    ['failed', 'failed', 'cancelled', None, None]
    """
    words = words_of(status)
    cut = next((place for place, word in enumerate(words) if word in _WITH), len(words))
    before = words[:cut]
    if not _NOT.isdisjoint(before):
        return "failed" if any(map(_FAILED.fullmatch, before)) else None
    if any(map(_CANCELLED.fullmatch, before)):
        return "cancelled"
    if any(map(_FAILED.fullmatch, before)):
        return "failed"
    return "completed" if before and (_COMPLETED.fullmatch(before[0]) or _COMPLETED.fullmatch(before[-1])) else None


def is_good_end(status: str) -> bool:
    """Whether a status says that a job completed, where the service says otherwise that it has ended.

    >>> is_good_end("READY"), is_good_end("discarded")
    (True, False)
    """
    words = words_of(status)
    return len(words) == 1 and words[0] in _ENDED_WELL
