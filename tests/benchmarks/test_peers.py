"""Search methods behind two calls: spaces are translated without a loss, failures are told, names are found."""

import attrs
import pytest

from askttell import Categorical, Float, Int, Ordinal, Space
from askttell.testing import check_search
from benchmarks import peers
from benchmarks.peers.cube import Generations
from benchmarks.peers.peer import Peer, Penalty, active
from benchmarks.problems import find
from benchmarks.regret import steps

EVERYTHING = Space(
    kind=Categorical(["a", None, True, 1]),
    x=Float(1e-4, 1e2, log=True, when={"kind": "a"}),
    y=Float(-3.0, 2.0),
    step=Float(0.0, 1.0, step=0.25, when={"kind": [None, True]}),
    n=Int(1, 6),
    wide=Int(1, 500, log=True, when={"n": range(3, 7)}),
    even=Int(2, 10, step=2),
    size=Ordinal([16, 32, 64], when={"kind": "a", "n": range(2, 7)}),
    pair=Categorical([(1, 2), (3, 4)]),
    only=Categorical(["one"]),
    single=Ordinal([7]),
)
HERE = [peer for peer in peers.known().values() if not peer.missing]
HEAVY = {"optuna-gp", "skopt", "ax", "smac"}
LIGHT = [peer for peer in HERE if peer.name not in HEAVY and not peer.name.startswith("planted")]


@pytest.mark.filterwarnings("ignore")  # those of other libraries
@pytest.mark.parametrize("peer", LIGHT, ids=lambda peer: peer.name)
def test_a_peer_stays_in_any_space_and_survives_failures(peer):
    optimiser, kinds = peer.make(EVERYTHING, 1, 30), set()
    for number in range(30):
        params = optimiser.ask()
        EVERYTHING.check(params)
        kinds.add(params["kind"])
        optimiser.tell(params, None if number % 4 == 3 else abs(params["y"]) + params["n"])

    assert len(kinds) > 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("peer", [peer for peer in HERE if peer.name in HEAVY], ids=lambda peer: peer.name)
def test_a_heavy_peer_stays_in_any_space_and_survives_failures(peer):
    test_a_peer_stays_in_any_space_and_survives_failures(peer)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["random", "cmaes", "hyperopt", "ngopt", "optuna-tpe", "pymoo-de", "rustuna"])
def test_the_same_seed_gives_the_same_search(name):
    peer = peers.find(name)
    if peer.missing:
        pytest.skip(f"{peer.missing} is not installed")
    problem = find("mixed_sphere3_1")
    one, two = ([told for _, told, _ in steps(problem, peer, 3, 25)] for _ in range(2))

    assert one == two


def test_random_search_passes_the_laws_of_a_search():
    check_search(peers.find("random").make, claims={"seeded", "scale", "names", "fresh"}, examples=8)


def test_ours_go_by_their_class_with_settings():
    assert peers.find("ours:Grid(points=3)").name == "Grid(points=3)"
    assert peers.find("Sobol").name == "Sobol"
    assert peers.find("askttell.strategies.grid.Grid(points=2)").make(Space(n=Int(1, 9)), 0, 1).ask() in ({"n": 1}, {"n": 9})
    with pytest.raises(LookupError, match="no optimiser 'Nope'"):
        peers.find("Nope")
    with pytest.raises(TypeError, match="unexpected"):
        peers.find("Sobol(x=1)")


def test_what_a_peer_needs_is_told():
    assert Peer("nobody", lambda space, seed, budget: None, ("no_such_package", "sys")).missing == ["no_such_package"]


def test_a_failure_is_the_worst_so_far():
    penalty = Penalty()

    assert [penalty(loss) for loss in (None, -5.0, None, 3.0, -7.0, None)] == [0.0, -5.0, -5.0, 3.0, -7.0, 3.0]


def test_only_the_active_part_is_handed_out():
    flat = {name: domain.from_unit(0.99) for name, domain in zip(EVERYTHING.names, EVERYTHING.domains, strict=True)}

    assert set(active(EVERYTHING, flat)) == set(EVERYTHING.names) - {"x", "step", "size"}


def test_a_generation_is_told_when_it_is_complete():
    @attrs.define
    class Source:
        told: list

        def ask(self):
            return [(0.1,), (0.9,)]

        def tell(self, losses):
            self.told.append(losses)

    source = Source([])
    method = Generations(Space(n=Int(1, 10)), source)
    asked = []
    for loss in (1.0, None, 3.0):
        asked.append(method.ask())
        method.tell(asked[-1], loss)

    assert asked == [{"n": 2}, {"n": 10}, {"n": 2}]
    assert source.told == [[1.0, 1.0]]
