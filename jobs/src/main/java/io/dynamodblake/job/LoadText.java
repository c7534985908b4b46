package io.dynamodblake.job;

import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.lake.load.LeftAlone;
import io.dynamodblake.lake.load.LoadCensus;
import io.dynamodblake.lake.load.LoadInput;
import io.dynamodblake.lake.load.LoadedItems;

/** What is said of a load to people. */
final class LoadText {
  private static final String BEGAN_ANEW =
      "A load that was interrupted was of other items, or the table was made anew since; all items were put";

  private final CommandRun run;
  private final LoadOutcome outcome;

  private LoadText(CommandRun run, LoadOutcome outcome) {
    this.run = run;
    this.outcome = outcome;
  }

  static void print(CommandRun run, LoadOutcome outcome) {
    LoadText text = new LoadText(run, outcome);
    if (outcome.done().isPresent()) {
      text.loaded(outcome.done().get());
    } else {
      text.wouldLoad();
    }
  }

  private void loaded(LoadOutcome.Done done) {
    head(run.terminal().green("Loaded"));
    WriteBatches.Totals totals = done.totals();
    LoadedItems puts = done.puts();
    String before =
        puts.itemsBefore() == 0
            ? ""
            : " + " + Quantities.count(puts.itemsBefore()) + " by earlier runs";
    String again =
        totals.repeated() == 0
            ? ""
            : "; " + Quantities.count(totals.repeated()) + " were sent again";
    fact(
        "Items",
        "%s read = %s written%s, in %s%s"
            .formatted(
                Quantities.count(outcome.input().items()),
                Quantities.count(puts.now().items()),
                before,
                Quantities.count(puts.now().requests(), "request"),
                again));
    changes();
    leftAlone();
    if (puts.beganAnew()) {
      fact("Note", BEGAN_ANEW);
    }
    outcome.census().ifPresent(census -> census(census, "Deleted", done.deletes().items(), "Now"));
    checked();
    LoadTarget target = outcome.target();
    fact(
        "Units",
        Quantities.count(Math.round(totals.writeUnits()))
            + " write units consumed"
            + (target.indexes() == 0 ? "" : ", of the table and " + indexes()));
    limit();
    fact("Took", Quantities.time(outcome.time()));
    cost();
  }

  private void wouldLoad() {
    head("Would load");
    fact("Items", Quantities.count(outcome.input().items()));
    changes();
    outcome.census().ifPresent(census -> census(census, "Deletes", census.surplus(), "Then"));
    checked();
    fact(
        "Units",
        Quantities.count(outcome.writeUnits())
            + " write units"
            + (outcome.target().indexes() == 0
                ? ""
                : " for the table alone, and up to as many for each of its " + indexes())
            + "; more where larger items are replaced"
            + (outcome.surplus() == 0 ? "" : " or deleted"));
    limit();
    fact("Takes", "at least " + Quantities.time(outcome.time()));
    cost();
  }

  private void changes() {
    outcome
        .input()
        .changes()
        .ifPresent(
            changes ->
                fact(
                    "Changes",
                    "%s = %s to put + %s to delete"
                        .formatted(
                            Quantities.count(changes.records(), "record"),
                            Quantities.count(changes.puts(), "item"),
                            Quantities.count(changes.deletes(), "key"))));
  }

  private void leftAlone() {
    LeftAlone left = outcome.left();
    if (left.readUnits() > 0) {
      fact(
          "Left alone",
          "%s that are as they should be, %s that somebody else has changed, by %s"
              .formatted(
                  Quantities.count(left.already()),
                  Quantities.count(left.others()),
                  Quantities.count(Math.round(left.readUnits()), "read unit")));
    }
  }

  private void head(String what) {
    run.print(what + "  table " + outcome.target().table().name());
    LoadInput input = outcome.input();
    fact("From", input.kind());
    input.notes().forEach(note -> fact("Note", note));
  }

  private void census(LoadCensus census, String verb, long deletes, String when) {
    fact(
        verb,
        "%s of %s in the table, as %s read"
            .formatted(
                Quantities.count(deletes),
                Quantities.count(census.tableItems(), "item"),
                Quantities.count(Math.round(census.readUnits()), "read unit")));
    fact(
        when,
        "%s = %s replaced + %s new; what others write meanwhile comes on top"
            .formatted(
                Quantities.count(census.sourceItems(), "item"),
                Quantities.count(census.common()),
                Quantities.count(census.fresh())));
  }

  private void checked() {
    fact("Checked", "every item by DynamoDB's limits and the table's keys, no key twice");
    fact("Size", Quantities.bytes(outcome.input().bytes()));
  }

  private void limit() {
    fact("Limit", Quantities.count(outcome.rate()) + " write units a second");
  }

  private void cost() {
    fact(
        "Cost",
        outcome.target().onDemand()
            ? "%s %s (%s)"
                .formatted(
                    Estimate.money(outcome.cost()),
                    outcome.prices().currency(),
                    outcome.prices().source())
            : "none but that of the capacity that the table has provisioned");
  }

  private String indexes() {
    int indexes = outcome.target().indexes();
    return indexes + (indexes == 1 ? " index" : " indexes");
  }

  private void fact(String name, String text) {
    AwsDocuments.fact(run, name, text);
  }
}
