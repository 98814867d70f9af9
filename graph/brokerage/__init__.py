"""Measures of brokerage, numpy and pandas in and out, and the ranking of intermediaries."""
from graph.brokerage.betweenness import betweenness
from graph.brokerage.bridging import Cuts, bridging_coefficient, cuts
from graph.brokerage.constraint import constraint, effective_size
from graph.brokerage.gould_fernandez import directed_gould_fernandez, gould_fernandez, partial_credit
from graph.brokerage.network import Network, network
from graph.brokerage.ranking import measures, rank_intermediaries
from graph.brokerage.sectors import external_internal, participation

__all__ = ["Cuts", "Network", "betweenness", "bridging_coefficient", "constraint", "cuts", "directed_gould_fernandez",
           "effective_size", "external_internal", "gould_fernandez", "measures", "network", "partial_credit",
           "participation", "rank_intermediaries"]
