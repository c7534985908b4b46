package io.dynamodblake.job;

import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.InspectKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.ReadKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.Extent;
import io.dynamodblake.export.Window;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.job.inspect.Against;
import io.dynamodblake.job.inspect.AgainstText;
import io.dynamodblake.job.inspect.ChangeInspection;
import io.dynamodblake.job.inspect.ChangeInspectionJson;
import io.dynamodblake.job.inspect.ChangeInspectionText;
import io.dynamodblake.job.inspect.Inspection;
import io.dynamodblake.job.inspect.InspectionHtml;
import io.dynamodblake.job.inspect.InspectionJson;
import io.dynamodblake.job.inspect.InspectionText;
import io.dynamodblake.job.inspect.Inspector;
import io.dynamodblake.job.inspect.LakeInspection;
import io.dynamodblake.job.inspect.ProfiledItems;
import io.dynamodblake.job.inspect.ShownValues;
import io.dynamodblake.lake.Lake;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchemaJson;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Shows what is in an export and which columns it would get, and what a lake table is made of. */
final class InspectCommand implements Command {
  private static final String STDOUT = "-";

  @Override
  public String name() {
    return "inspect";
  }

  @Override
  public String summary() {
    return "Shows every attribute of an export and the columns it would get";
  }

  @Override
  public String synopsis() {
    return "inspect EXPORT [--against OTHER] [--html FILE] [--json FILE] [--schema-out FILE] [--entities-out FILE] [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Reads all items once, never a sample: how often each attribute occurs, its types, ranges of numbers and lengths,"
            + " its share of the bytes, the proposed column, and which values would not fit it. Of the items it shows no"
            + " values but the smallest and largest numbers, and the words by which kinds of items are told.",
        "--html writes a page that begins with what is worth knowing, such as mixed types or times as text, and shows how the"
            + " values of each attribute are spread; --show-values few adds the values of those that have few.",
        "Where a table holds several kinds of items it shows which, by what attribute or form of keys they are told, and how much"
            + " more alike the items of one kind are; --entities-out writes the rules.",
        "It suggests what a person would make of the columns: times of texts and numbers that all are times, maps where keys are"
            + " data, keys, partitions and an order. With --suggest the file of --schema-out has them.",
        "Of an incremental export it shows what changed: how many items came, changed and went, and which attributes were"
            + " changed how often.",
        "Of a lake table it shows what it is made of, without reading it: the full export, the windows that were applied, the moment"
            + " that it shows, and how many rows came and went.",
        "With --against it also reads another export or lake table, and shows what appeared, vanished, changed its type or drifted"
            + " between the two.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.INSPECT;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "inspect s3://bucket/prefix/AWSDynamoDB/01731900000000-0a1b2c3d/",
        "inspect exports/ --html orders.html --schema-out schema.json",
        "inspect exports/ --schema-out schema.json --suggest",
        "inspect exports/ --key PK:S,SK:S --entities-out entities.json",
        "inspect s3://lake/orders",
        "inspect s3://lake/orders --against exports/ --html drift.html",
        "inspect exports/ --json - | jq '.places[] | select(.descriptors.NULL)'");
  }

  @Override
  public void run(CommandRun run) throws IOException {
    String path = run.value(ReadKeys.EXPORT);
    Optional<String> json = run.find(InspectKeys.JSON);
    Optional<String> html = run.find(InspectKeys.HTML);
    Optional<String> schema = run.find(InspectKeys.SCHEMA_OUT);
    Optional<String> entities = run.find(InspectKeys.ENTITIES_OUT);
    if (schema.isEmpty() && run.value(FlattenKeys.SUGGEST)) {
      throw new UsageException(
          "Cannot use %s: it says what is written to the file of %s, and none is named; name one"
              .formatted(
                  run.words().of(FlattenKeys.SUGGEST), run.words().of(InspectKeys.SCHEMA_OUT)));
    }
    ShownValues shown = ShownValues.of(run.value(InspectKeys.SHOW_VALUES));
    if (shown == ShownValues.FEW && html.isEmpty() && json.isEmpty()) {
      throw new UsageException(
          "Cannot use %s: values are only shown in files; name one with %s or %s"
              .formatted(
                  run.words().of(InspectKeys.SHOW_VALUES),
                  run.words().of(InspectKeys.HTML),
                  run.words().of(InspectKeys.JSON)));
    }
    if (schema.isPresent()) {
      OutputFiles.refuseSchema(schema.get(), run.spark().sessionState().newHadoopConf());
    }
    if (entities.isPresent()) {
      OutputFiles.refuseEdited(
          entities.get(), "--entities-out", "entities", run.spark().sessionState().newHadoopConf());
    }

    LakeFiles files = new LakeFiles(run.spark().sessionState().newHadoopConf());
    LakeLayout lake = new LakeLayout(files.qualify(path));
    if (files.exists(lake.current())) {
      inspectLake(run, Lake.open(files, path));
      return;
    }
    ExportManifest export = ExportArguments.locateEither(run, path);
    if (export.window().isPresent()) {
      inspectChanges(run, export);
      return;
    }
    Inspection inspection =
        inspect(
            run,
            export,
            ExportArguments.keys(run.find(FlattenKeys.KEY).orElse(List.of())),
            run.find(InspectKeys.TTL_ATTRIBUTE),
            json.isPresent() || html.isPresent() || run.find(InspectKeys.AGAINST).isPresent());
    Optional<Against> against = against(run, ProfiledItems.of(inspection));
    if (inspection.export().extent() == Extent.PARTIAL) {
      run.warn(ExportManifest.PARTIAL_WARNING);
    }
    if (json.filter(STDOUT::equals).isPresent()) {
      run.terminal().out().print(InspectionJson.of(inspection, shown, against));
    } else {
      new InspectionText(inspection, run.terminal(), run.value(InspectKeys.ALL))
          .lines()
          .forEach(run::print);
      print(run, against);
    }
    Configuration configuration = run.spark().sessionState().newHadoopConf();
    if (json.filter(file -> !file.equals(STDOUT)).isPresent()) {
      write(
          run, json.get(), "--json", InspectionJson.of(inspection, shown, against), configuration);
    }
    if (html.isPresent()) {
      write(
          run, html.get(), "--html", InspectionHtml.of(inspection, shown, against), configuration);
    }
    if (schema.isPresent()) {
      String text =
          TableSchemaJson.toJson(
              run.value(FlattenKeys.SUGGEST)
                  ? inspection.suggestions().schema()
                  : inspection.plan().schema());
      write(run, schema.get(), "--schema-out", text, configuration);
    }
    if (entities.isPresent()) {
      String rules = inspection.entities().rules().toJson();
      write(run, entities.get(), "--entities-out", rules, configuration);
      if (!inspection.entities().hasEntities()) {
        run.warn(
            "No kinds of items were found; the file has none, and whoever adds some finds what it may say in docs/entities.md");
      }
    }
  }

  private static void inspectLake(CommandRun run, Lake lake) throws IOException {
    refuseValues(run, "a lake table");
    Optional<String> other = run.find(InspectKeys.AGAINST);
    if (other.isEmpty()) {
      refuse(
          run,
          InspectKeys.HTML,
          "a lake table",
          "what it is made of is shown as text, or with --json; what is different from another one or an export, with --against");
    }
    refuse(
        run, InspectKeys.SCHEMA_OUT, "a lake table", "its schema.json is in its folder _dynamodb");
    refuse(
        run, InspectKeys.ENTITIES_OUT, "a lake table", "kinds of items are found in a full export");
    run.account().ofTable(lake.pointer().table()).ofData(lake.pointer().facts().time());
    LakeInspection inspection = new LakeInspection(lake);
    Optional<Against> against =
        other.isEmpty()
            ? Optional.empty()
            : against(run, ItemProfiles.of(run, run.value(ReadKeys.EXPORT), Optional.empty()));
    Optional<String> json = run.find(InspectKeys.JSON);
    if (json.filter(STDOUT::equals).isPresent()) {
      run.terminal().out().print(inspection.toJson(against));
    } else {
      inspection
          .lines(run.terminal(), Instant.now(), run.value(InspectKeys.ALL))
          .forEach(run::print);
      print(run, against);
    }
    Configuration configuration = run.spark().sessionState().newHadoopConf();
    if (json.filter(file -> !file.equals(STDOUT)).isPresent()) {
      write(run, json.get(), "--json", inspection.toJson(against), configuration);
    }
    Optional<String> html = run.find(InspectKeys.HTML);
    if (html.isPresent()) {
      String page = InspectionHtml.of(lake.pointer().table(), against.orElseThrow());
      write(run, html.get(), "--html", page, configuration);
    }
  }

  /** Compares with what the user has named, if anything. */
  private static Optional<Against> against(CommandRun run, ProfiledItems items) throws IOException {
    Optional<String> other = run.find(InspectKeys.AGAINST);
    if (other.isEmpty()) {
      return Optional.empty();
    }
    ProfiledItems others = ItemProfiles.of(run, other.get(), Optional.of(items.profile()));
    run.progress().close();
    return Optional.of(Against.of(items, others));
  }

  private static void print(CommandRun run, Optional<Against> against) {
    if (against.isPresent()) {
      run.print("");
      AgainstText.lines(against.get(), run.terminal(), run.value(InspectKeys.ALL))
          .forEach(run::print);
    }
  }

  private static void inspectChanges(CommandRun run, ExportManifest export) throws IOException {
    refuseValues(run, "an incremental export");
    refuse(
        run,
        InspectKeys.AGAINST,
        "an incremental export",
        "its changes are no whole table; inspect a full export or a lake table");
    refuse(
        run,
        InspectKeys.HTML,
        "an incremental export",
        "what changed is shown as text, or with --json");
    refuse(
        run,
        InspectKeys.SCHEMA_OUT,
        "an incremental export",
        "a schema is of a whole table; inspect a full export");
    refuse(
        run,
        InspectKeys.ENTITIES_OUT,
        "an incremental export",
        "kinds of items are those of a whole table; inspect a full export");
    run.account().ofData(export.window().map(Window::to));
    export.tableName().ifPresent(run.account()::ofTable);
    ChangeInspection inspection =
        Inspector.inspectChanges(
            run.spark(),
            export,
            ExportArguments.readOptions(run),
            run.value(ReadKeys.VERIFY),
            run.progress());
    run.progress().close();
    run.account().bytesRead(inspection.storedBytes());
    Optional<String> json = run.find(InspectKeys.JSON);
    if (json.filter(STDOUT::equals).isPresent()) {
      run.terminal().out().print(ChangeInspectionJson.of(inspection));
      return;
    }
    new ChangeInspectionText(inspection, run.terminal(), run.value(InspectKeys.ALL))
        .lines()
        .forEach(run::print);
    if (json.isPresent()) {
      Configuration configuration = run.spark().sessionState().newHadoopConf();
      write(run, json.get(), "--json", ChangeInspectionJson.of(inspection), configuration);
    }
  }

  private static void refuseValues(CommandRun run, String what) {
    if (ShownValues.of(run.value(InspectKeys.SHOW_VALUES)) != ShownValues.NONE) {
      throw new UsageException(
          "Cannot use %s: this is %s, of which no values are shown; inspect a full export"
              .formatted(run.words().of(InspectKeys.SHOW_VALUES), what));
    }
  }

  private static void refuse(CommandRun run, Option<String> option, String what, String instead) {
    if (run.find(option).isPresent()) {
      throw new UsageException(
          "Cannot use %s: this is %s, and %s".formatted(run.words().of(option), what, instead));
    }
  }

  /** Reads every item of an export once, and accounts for it. */
  static Inspection inspect(CommandRun run, ExportManifest export) throws IOException {
    return inspect(run, export, List.of(), Optional.empty(), false);
  }

  private static Inspection inspect(
      CommandRun run,
      ExportManifest export,
      List<KeyAttribute> keys,
      Optional<String> ttlAttribute,
      boolean details)
      throws IOException {
    run.account().ofData(export.exportTime());
    export.tableName().ifPresent(run.account()::ofTable);
    Inspection inspection =
        Inspector.inspect(
            run.spark(),
            export,
            ExportArguments.readOptions(run),
            run.value(ReadKeys.VERIFY),
            keys,
            ttlAttribute,
            details,
            run.progress());
    run.progress().close();
    run.account().items(inspection.profile().items()).bytesRead(inspection.storedBytes());
    return inspection;
  }

  private static void write(
      CommandRun run, String file, String option, String text, Configuration configuration)
      throws IOException {
    OutputFiles.write(file, option, text, configuration);
    run.terminal().err().println("Wrote " + file);
  }
}
