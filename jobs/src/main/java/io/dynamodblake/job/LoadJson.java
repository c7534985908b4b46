package io.dynamodblake.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.lake.load.ChangeCounts;
import io.dynamodblake.lake.load.LoadCensus;
import io.dynamodblake.lake.load.LoadInput;

/** What is said of a load to programs. */
final class LoadJson {
  private static final Envelope ENVELOPE = new Envelope("load", 2);

  private LoadJson() {}

  /**
   * The document of {@code --json}, with a line feed at its end.
   *
   * @param run which one it was
   */
  static String of(LoadOutcome outcome, Envelope.Run run) {
    LoadTarget target = outcome.target();
    LoadInput input = outcome.input();
    ObjectNode tree = ENVELOPE.begin(run);
    tree.put("dryRun", outcome.done().isEmpty());
    tree.put("table", target.table().name());
    tree.put("tableArn", target.table().arn());
    tree.put("input", input.kind());
    tree.put("items", input.items());
    tree.put("bytes", input.bytes());
    tree.put("writeUnitsWithoutIndexes", outcome.writeUnits());
    tree.put("indexes", target.indexes());
    tree.put("maxWriteUnitsPerSecond", outcome.rate());
    outcome.census().ifPresent(census -> put(tree, census));
    input.changes().ifPresent(changes -> put(tree, changes));
    outcome.done().ifPresent(done -> put(tree, done, outcome));
    tree.put("seconds", outcome.time().toMillis() / 1000.0);
    tree.put("onDemand", target.onDemand());
    tree.put("cost", outcome.cost());
    tree.put("currency", outcome.prices().currency());
    return JsonDocuments.print(tree);
  }

  private static void put(ObjectNode tree, LoadCensus census) {
    tree.put("tableItemsBefore", census.tableItems());
    tree.put("replacedItems", census.common());
    tree.put("newItems", census.fresh());
    tree.put("missingItems", census.surplus());
    tree.put("consumedReadUnits", census.readUnits());
  }

  private static void put(ObjectNode tree, ChangeCounts changes) {
    tree.put("changeRecords", changes.records());
    tree.put("putItems", changes.puts());
    tree.put("deletedKeys", changes.deletes());
    tree.put("reversed", changes.reversed());
  }

  private static void put(ObjectNode tree, LoadOutcome.Done done, LoadOutcome outcome) {
    WriteBatches.Totals totals = done.totals();
    if (outcome.left().readUnits() > 0) {
      tree.put("consumedReadUnits", outcome.left().readUnits());
    }
    tree.put("writtenItems", done.puts().now().items());
    tree.put("itemsOfEarlierRuns", done.puts().itemsBefore());
    if (outcome.census().isPresent()) {
      tree.put("deletedItems", done.deletes().items());
      tree.put("leftItems", outcome.surplus() - done.deletes().items());
    }
    if (outcome.left().readUnits() > 0) {
      tree.put("unchangedItems", outcome.left().already());
      tree.put("differentItems", outcome.left().others());
    }
    tree.put("consumedWriteUnits", totals.writeUnits());
    tree.put("requests", totals.requests());
    tree.put("repeatedItems", totals.repeated());
  }
}
