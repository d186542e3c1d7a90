"""The reference class shipped beside the kit's own record: what its sentences claim is what its table says."""

from forecast import evaluation, evidence, headline
from forecast.publish.exhibits.evaluation import others


def test_a_class_for_each_headline_indicator_with_its_sources():
    """Each headline indicator has one class, of registered sources, with windows enough to judge."""
    store, table = evidence.load(), evaluation.reference_classes()
    assert list(table["indicator"]) == list(headline.studies(store))
    assert set("+".join(table["source"]).split("+")) <= set(store.sources)
    assert (table["windows"] >= 30).all() and (table["countries"] >= 5).all()


def test_notebook_04_says_of_productivity_what_the_table_holds():
    """Notebook 04: what ran low on ours did not on other countries' productivity, so nothing is narrowed."""
    row = evaluation.reference_classes().set_index("indicator").loc[headline.PRODUCTIVITY]
    assert abs(row["given"] - row["happened"]) < 0.05 and 0.75 < row["held80"] < 0.88
    assert "gần như đúng mức" in dict(others(evaluation.reference_classes()))[headline.PRODUCTIVITY].vi


def test_pace_in_use_is_named_with_its_source():
    """The pace of the national online market stands among the rated assumptions."""
    facts = evidence.load().assumptions
    assert all(facts[f"ecommerce_pace_{name}"]["source"] == "ecommerce_offices" for name in ("limit", "kept"))
