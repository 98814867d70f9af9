"""Measures of brokerage, numpy and pandas in and out, and the search for intermediaries."""
from graph.brokerage.betweenness import betweenness, both_betweennesses, sampled_betweenness, two_mode_betweenness
from graph.brokerage.bridging import Cuts, bridging_coefficient, cuts
from graph.brokerage.constraint import constraint, effective_size
from graph.brokerage.finder import find_intermediaries
from graph.brokerage.gould_fernandez import directed_gould_fernandez, gould_fernandez, partial_credit
from graph.brokerage.grouping import groups_of, main_themes
from graph.brokerage.network import Network, network
from graph.brokerage.projections import directed, most_two_mode_betweenness, two_mode
from graph.brokerage.ranking import measures, rank_intermediaries
from graph.brokerage.sectors import external_internal, participation
from graph.brokerage.significance import analytic_z, permutation_z

__all__ = ["Cuts", "Network", "analytic_z", "betweenness", "both_betweennesses", "bridging_coefficient", "constraint",
           "cuts", "directed", "directed_gould_fernandez", "effective_size", "external_internal", "find_intermediaries",
           "gould_fernandez", "groups_of", "main_themes", "measures", "most_two_mode_betweenness", "network",
           "partial_credit", "participation", "permutation_z", "rank_intermediaries", "sampled_betweenness", "two_mode",
           "two_mode_betweenness"]
