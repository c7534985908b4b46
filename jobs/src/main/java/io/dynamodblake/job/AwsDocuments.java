package io.dynamodblake.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.ExportLine;
import io.dynamodblake.aws.ExportState;
import io.dynamodblake.aws.ImportLine;
import io.dynamodblake.aws.ImportState;
import io.dynamodblake.aws.SettingPlan;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.TextTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is said of exports and imports, to people and as JSON. */
final class AwsDocuments {
  private static final Pattern ID = Pattern.compile("(\\d{14})-[0-9a-f]{8}");

  private static final Envelope EXPORT = new Envelope("export", 2);
  private static final Envelope EXPORTS = new Envelope("exports", 1);
  private static final Envelope IMPORT = new Envelope("import", 2);
  private static final Envelope IMPORT_FORECAST = new Envelope("import-forecast", 1);
  private static final Envelope IMPORTS = new Envelope("imports", 2);

  private AwsDocuments() {}

  // ---- JSON

  static String export(ExportState export) {
    ObjectNode tree = EXPORT.begin();
    tree.put("status", export.status());
    put(tree, "error", export.failureMessage());
    put(tree, "failureCode", export.failureCode());
    put(tree, "startedAt", export.startedAt());
    put(tree, "finishedAt", export.endedAt());
    tree.put("type", export.isIncremental() ? "incremental" : "full");
    tree.put("filtered", export.filtered());
    tree.put("exportArn", export.arn());
    tree.put("tableArn", export.tableArn());
    put(tree, "tableId", export.tableId());
    put(tree, "exportTime", export.at());
    put(tree, "exportFromTime", export.from());
    put(tree, "exportToTime", export.until());
    tree.put("bucket", export.bucket());
    tree.put("prefix", export.prefix());
    tree.put("dataFormat", export.format());
    if (export.isCompleted()) {
      tree.put("manifest", export.manifest());
    }
    export.items().ifPresent(items -> tree.put("items", items));
    export.billedBytes().ifPresent(bytes -> tree.put("billedBytes", bytes));
    return JsonDocuments.printAnswer(tree);
  }

  static String nothingYet(Instant last) {
    ObjectNode tree = EXPORT.begin();
    tree.put("status", "NOTHING_YET");
    tree.put("lastExportToTime", last.toString());
    return JsonDocuments.printAnswer(tree);
  }

  static String exports(List<ExportLine> lines) {
    ObjectNode tree = EXPORTS.begin();
    ArrayNode array = tree.putArray("exports");
    for (ExportLine line : lines) {
      ObjectNode node = array.addObject();
      node.put("exportArn", line.arn());
      node.put("status", line.status());
      node.put("type", line.type().equals("INCREMENTAL_EXPORT") ? "incremental" : "full");
    }
    return JsonDocuments.printAnswer(tree);
  }

  static String imported(ImportState state, List<String> errors) {
    return imported(state, errors, Optional.empty());
  }

  static String imported(ImportState state, List<String> errors, Optional<SettingPlan> settings) {
    ObjectNode tree = IMPORT.begin();
    tree.put("status", state.status());
    put(tree, "error", state.failureMessage());
    put(tree, "failureCode", state.failureCode());
    put(tree, "startedAt", state.startedAt());
    put(tree, "finishedAt", state.endedAt());
    tree.put("importArn", state.arn());
    tree.put("tableArn", state.tableArn());
    tree.put("bucket", state.bucket());
    tree.put("prefix", state.prefix());
    tree.put("processedItems", state.processed());
    tree.put("importedItems", state.imported());
    tree.put("errors", state.errors());
    put(tree, "logGroup", state.logGroup());
    if (!errors.isEmpty()) {
      ArrayNode array = tree.putArray("errorLog");
      errors.forEach(array::add);
    }
    settings.ifPresent(plan -> tree.set("settings", ImportSettings.json(plan)));
    return JsonDocuments.printAnswer(tree);
  }

  static String importForecast(String table, long items, Optional<SettingPlan> settings) {
    ObjectNode tree = IMPORT_FORECAST.begin();
    tree.put("table", table);
    tree.put("items", items);
    settings.ifPresent(plan -> tree.set("settings", ImportSettings.json(plan)));
    return JsonDocuments.printAnswer(tree);
  }

  static String imports(List<ImportLine> lines) {
    ObjectNode tree = IMPORTS.begin();
    ArrayNode array = tree.putArray("imports");
    for (ImportLine line : lines) {
      ObjectNode node = array.addObject();
      node.put("importArn", line.arn());
      node.put("status", line.status());
      node.put("source", line.source());
      put(node, "startedAt", line.startedAt());
      put(node, "finishedAt", line.endedAt());
    }
    return JsonDocuments.printAnswer(tree);
  }

  private static void put(ObjectNode tree, String key, Optional<?> value) {
    value.ifPresent(some -> tree.put(key, some.toString()));
  }

  // ---- people

  static void facts(CommandRun run, ExportState export) {
    fact(run, "Status", export.status() + failure(export.failureCode(), export.failureMessage()));
    fact(
        run,
        "Holds",
        (export.isIncremental()
                ? "what changed from "
                    + export.from().get()
                    + export.until().map(until -> " to " + until).orElse("")
                : "the table" + export.at().map(at -> " as of " + at).orElse(""))
            + (export.filtered() ? ", filtered: only a part of it" : ""));
    export.items().ifPresent(items -> fact(run, "Items", Quantities.count(items)));
    took(run, export.startedAt(), export.endedAt());
    fact(run, "Export", export.arn());
    if (export.isCompleted()) {
      fact(run, "Manifest", export.manifest());
    } else {
      fact(run, "Goes to", export.folder());
    }
  }

  static void facts(CommandRun run, ImportState state) {
    fact(run, "Status", state.status() + failure(state.failureCode(), state.failureMessage()));
    if (!state.isRunning()) {
      fact(
          run,
          "Items",
          "%s imported + %s refused = %s processed"
              .formatted(
                  Quantities.count(state.imported()),
                  Quantities.count(state.errors()),
                  Quantities.count(state.processed())));
    }
    took(run, state.startedAt(), state.endedAt());
    fact(run, "Import", state.arn());
    if (!state.bucket().isEmpty()) {
      fact(run, "From", "s3://" + state.bucket() + "/" + state.prefix());
    }
    if (state.errors() > 0) {
      state
          .logGroup()
          .ifPresent(group -> fact(run, "Error log", group + ", stream " + state.errorStream()));
    }
  }

  private static String failure(Optional<String> code, Optional<String> message) {
    return code.map(text -> ", " + text).orElse("") + message.map(text -> ": " + text).orElse("");
  }

  private static void took(CommandRun run, Optional<Instant> begin, Optional<Instant> end) {
    if (begin.isPresent() && end.isPresent()) {
      fact(run, "Took", Quantities.time(Duration.between(begin.get(), end.get())));
    }
  }

  static void fact(CommandRun run, String name, String text) {
    run.print("  %-10s ".formatted(name) + TextTable.printable(text));
  }

  /** When an export or import began, which its ID says. */
  static String began(String arn) {
    Matcher matcher = ID.matcher(Arns.id(arn));
    return matcher.matches()
        ? Instant.ofEpochMilli(Long.parseLong(matcher.group(1))).toString().substring(0, 19) + "Z"
        : "";
  }
}
