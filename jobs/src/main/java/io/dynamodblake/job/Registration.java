package io.dynamodblake.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.CatalogChange;
import io.dynamodblake.aws.GlueCatalog;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.GlueTable;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.lake.IcebergName;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes the current snapshot of a lake table known to the Glue Data Catalog, and says how. */
final class Registration {
  private static final Pattern ON_S3 = Pattern.compile("^(?i:s3|s3a|s3n)://");
  private static final int SHOWN_DIFFERENCES = 20;
  private static final int MOST_ROUNDS = 5;

  private Registration() {}

  /**
   * Looks at where a lake table shall be registered from, before a run begins.
   *
   * @throws UsageException if Athena cannot read there
   */
  static void requireOnS3(String folder) {
    if (!ON_S3.matcher(folder).find()) {
      throw new UsageException(
          "Cannot use --register with a lake table that is not on S3: Athena reads from S3; give an s3:// path for the lake table, or leave --register out");
    }
  }

  /**
   * What registering changes, or would change, of a table.
   *
   * @param kept the table of Iceberg that is in a catalog already; empty where Glue is asked
   */
  record Result(CatalogChange change, Optional<IcebergName> kept) {
    private List<String> lines(boolean dryRun) {
      return kept.map(
              name ->
                  List.of(
                      "Nothing to register: Iceberg keeps the table as %s; where catalog %s is the Glue Data Catalog, Athena has it as %s.%s already"
                          .formatted(name, name.catalog(), name.database(), name.table())))
          .orElseGet(() -> Registration.lines(change, dryRun));
    }
  }

  /** Registers what a run has just published, and its history, after the summary of the run. */
  static void afterPublishing(CommandRun run, String folder) {
    List<Result> results = run(run, folder, Optional.empty(), false);
    run.progress().close();
    if (!run.value(RunKeys.JSON)) {
      run.print("");
      summary(results, false).forEach(run::print);
    }
    history(run, folder, Optional.empty(), false);
  }

  /**
   * Registers the tables in a folder.
   *
   * @param folder of the lake table, or of several that are published together
   * @param table its name, or that of the lake; empty for its own
   * @param dryRun change nothing
   */
  static List<Result> run(CommandRun run, String folder, Optional<String> table, boolean dryRun) {
    List<LakeTable> tables = LakeTable.openAll(run.spark(), folder);
    if (tables.size() == 1) {
      tables
          .get(0)
          .wholeness()
          .gaps()
          .forEach(gap -> run.warn("The lake table does not hold all items of its table: " + gap));
    }
    List<Result> results = new ArrayList<>();
    for (LakeTable lake : tables) {
      results.add(register(run, lake, table.map(lake::nameIn), dryRun));
    }
    return results;
  }

  private static Result register(
      CommandRun run, LakeTable first, Optional<String> table, boolean dryRun) {
    LakeTable lake = first;
    String folder = lake.layout().root();
    Optional<IcebergName> named = lake.iceberg().flatMap(IcebergVersion::table);
    if (named.isPresent()) {
      run.account().ofTable(named.get().table());
      return new Result(
          new CatalogChange(
              named.get().database(), named.get().table(), false, false, List.of(), 0, 0, 0),
          named);
    }
    GlueTable wanted = wanted(run, lake, table);
    run.account().ofTable(wanted.name());
    run.progress().phase("Registering", -1);
    try (AwsClients clients = AwsArguments.clients(run, Optional.empty())) {
      GlueCatalog catalog = new GlueCatalog(clients);
      if (dryRun) {
        return new Result(catalog.difference(wanted), Optional.empty());
      }
      run.stop()
          .says(
              "Glue table %s.%s may be registered in part; the same command goes on"
                  .formatted(wanted.database(), wanted.name()));
      CatalogChange change = catalog.register(wanted);
      // Another run may have published and registered meanwhile, and its statement come before this
      // one's: whoever looks last makes Glue name the snapshot that readers of the folder see.
      for (int round = 0; round < MOST_ROUNDS; round++) {
        LakeTable now = LakeTable.open(run.spark(), folder);
        if (now.current().snapshot().id().equals(lake.current().snapshot().id())) {
          break;
        }
        lake = now;
        change = catalog.register(wanted(run, lake, table));
      }
      return new Result(change, Optional.empty());
    }
  }

  /** Makes the history of a lake table known, too, if it has one, and says how. */
  static void history(CommandRun run, String folder, Optional<String> table, boolean dryRun) {
    List<LakeTable> tables = LakeTable.openAll(run.spark(), folder);
    if (tables.size() > 1) {
      return; // several tables have no history
    }
    Optional<GlueTable> wanted =
        tables.get(0).historyGlueTable(run.value(FlattenKeys.DATABASE), table);
    if (wanted.isEmpty()) {
      return;
    }
    CatalogChange change;
    try (AwsClients clients = AwsArguments.clients(run, Optional.empty())) {
      GlueCatalog catalog = new GlueCatalog(clients);
      change = dryRun ? catalog.difference(wanted.get()) : catalog.register(wanted.get());
    }
    if (!run.value(RunKeys.JSON)) {
      lines(change, dryRun).forEach(run::print);
    }
  }

  private static GlueTable wanted(CommandRun run, LakeTable lake, Optional<String> table) {
    return lake.glueTable(run.value(FlattenKeys.DATABASE), table);
  }

  /** The lines of a summary; of each table the first one says what became of it. */
  static List<String> summary(List<Result> results, boolean dryRun) {
    return results.stream().flatMap(result -> result.lines(dryRun).stream()).toList();
  }

  private static List<String> lines(CatalogChange change, boolean dryRun) {
    List<String> lines = new ArrayList<>();
    String table = change.database() + "." + change.table();
    if (change.isEmpty()) {
      lines.add("Glue table %s is as it should be".formatted(table));
      return lines;
    }
    String verb = change.createsTable() ? "create" : "update";
    lines.add(
        "%s Glue table %s".formatted(dryRun ? "Would " + verb : past(verb), table)
            + (change.createsDatabase() ? ", and its database" : ""));
    List<String> differences = change.differences();
    int shown = Math.min(SHOWN_DIFFERENCES, differences.size());
    differences.subList(0, shown).forEach(line -> lines.add("  " + TextTable.printable(line)));
    if (shown < differences.size()) {
      lines.add("  and " + Quantities.count(differences.size() - shown, "more difference"));
    }
    if (change.addedPartitions() + change.movedPartitions() + change.removedPartitions() > 0) {
      lines.add(
          "  partitions: %s added, %s moved, %s removed"
              .formatted(
                  Quantities.count(change.addedPartitions()),
                  Quantities.count(change.movedPartitions()),
                  Quantities.count(change.removedPartitions())));
    }
    return lines;
  }

  private static String past(String verb) {
    return verb.equals("create") ? "Created" : "Updated";
  }

  /** The document of a run: of one table, or one that holds those of several. */
  static String json(List<Result> results, boolean dryRun) {
    if (results.size() == 1) {
      ObjectNode tree = new Envelope("registration", 1).begin();
      putInto(tree, results.get(0).change(), dryRun);
      return JsonDocuments.printAnswer(tree) + "\n";
    }
    ObjectNode tree = new Envelope("registrations", 1).begin();
    ArrayNode tables = tree.putArray("tables");
    results.forEach(result -> putInto(tables.addObject(), result.change(), dryRun));
    return JsonDocuments.printAnswer(tree) + "\n";
  }

  private static void putInto(ObjectNode tree, CatalogChange change, boolean dryRun) {
    tree.put("database", change.database());
    tree.put("table", change.table());
    tree.put("dryRun", dryRun);
    tree.put("changed", !change.isEmpty());
    tree.put("createsDatabase", change.createsDatabase());
    tree.put("createsTable", change.createsTable());
    change.differences().forEach(tree.putArray("differences")::add);
    tree.put("addedPartitions", change.addedPartitions());
    tree.put("movedPartitions", change.movedPartitions());
    tree.put("removedPartitions", change.removedPartitions());
  }
}
