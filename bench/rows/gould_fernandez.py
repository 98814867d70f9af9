"""Gould–Fernandez roles by sector of 12,500 organisations, beside `sna::brokerage` of R."""
from __future__ import annotations

from bench.networks import Run, alone, by_peer, projected, same, timed
from bench.peers import FOLDER, R_SNA
from bench.row import Measured, NotMeasured, Row
from graph.brokerage import gould_fernandez

ORGANIZATIONS = 12_500
_SCRIPT = """
suppressMessages(library(sna))
e <- as.matrix(read.table("edges.txt")) + 1; g <- scan("groups.txt", quiet = TRUE)
x <- cbind(rbind(e, e[, c(2, 1)]), 1); attr(x, "n") <- length(g)
begin <- proc.time(); b <- brokerage(x, g); used <- proc.time() - begin
write.table(b$raw.nli[, 6], "values.txt", row.names = FALSE, col.names = FALSE)
cat(used[["user.self"]] + used[["sys.self"]], "\\n")
"""


def run() -> Run:
    """Ours; the fastest of five calls on networks of their own, the list of triangles made in each."""
    runs = []
    for _ in range(5):
        net, groups = projected(ORGANIZATIONS)
        runs.append(timed(lambda net=net, groups=groups: gould_fernandez(net, groups)["brokerage"].to_numpy()))
    return min(runs, key=lambda one: one[0])


def measure() -> Measured:
    """CPU seconds beside R's."""
    seconds, values, peak = alone(run)
    net, groups = projected(ORGANIZATIONS)
    try:
        theirs, expected = by_peer(FOLDER.absolute() / R_SNA / "bin" / "R", _SCRIPT, net, groups,
                                   "R with its package sna is not there; `make bench-peers` gets it on Debian")
    except NotMeasured:
        return Measured(seconds, None, peak)
    same(values, expected)
    return Measured(seconds, theirs, peak)


ROW = Row("gould-fernandez", "seconds", "R sna::brokerage, 12,500 organisations", measure)
