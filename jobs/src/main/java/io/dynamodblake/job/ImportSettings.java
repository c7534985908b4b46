package io.dynamodblake.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.SettingPlan;
import io.dynamodblake.aws.SettingStep;
import io.dynamodblake.aws.TableSettingsReader;
import io.dynamodblake.aws.TableSettingsWriter;
import io.dynamodblake.conf.ServiceKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.TableSetting;
import io.dynamodblake.export.TableSettings;
import io.dynamodblake.io.hadoop.LakeFiles;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** The settings of another table, which a table gets after its import. */
final class ImportSettings {
  private static final String SAME = "same";
  private static final Set<TableSetting> MADE_WITH_THE_TABLE =
      EnumSet.of(TableSetting.KEYS, TableSetting.GLOBAL_INDEXES, TableSetting.LOCAL_INDEXES);

  private final CommandRun run;
  private final String asked;
  private final TableSettings wanted;
  private final String place;

  private ImportSettings(CommandRun run, String asked, TableSettings wanted, String place) {
    this.run = run;
    this.asked = asked;
    this.wanted = wanted;
    this.place = place;
  }

  /**
   * Reads what {@code --settings} names, so that a wrong one is said before anything begins.
   *
   * @param folder what restore wrote
   * @throws UsageException if it is not there, or cannot be read
   */
  static Optional<ImportSettings> asked(
      CommandRun run, String folder, Pauses pauses, Configuration configuration)
      throws IOException {
    Optional<String> given = run.find(ServiceKeys.IMPORT_SETTINGS);
    if (given.isEmpty()) {
      return Optional.empty();
    }
    if (run.value(ServiceKeys.DETACH)) {
      throw new UsageException(
          "Cannot use --settings with --detach: they are set when the import has ended, and nobody would wait");
    }
    String asked = given.get();
    Optional<String> live = Arns.liveTable(asked);
    if (live.isPresent()) {
      return Optional.of(new ImportSettings(run, asked, read(run, live.get(), pauses), asked));
    }
    String file =
        asked.equals(SAME) ? folder.replaceAll("/+$", "") + "/" + TableSettings.FILE : asked;
    String text =
        new LakeFiles(configuration)
            .read(file)
            .orElseThrow(
                () ->
                    new UsageException(
                        asked.equals(SAME)
                            ? "Cannot use --settings same: there is no %s; restore keeps it there if it lies beside the export that the lake table came from. Give a file, or the table itself as --settings dynamodb://NAME"
                                .formatted(file)
                            : "Cannot use --settings: there is no file %s".formatted(file)));
    return Optional.of(new ImportSettings(run, asked, TableSettings.ofJson(text, file), file));
  }

  /** Of a table that is there, in its own region. */
  private static TableSettings read(CommandRun run, String table, Pauses pauses) {
    AwsSettings settings = AwsArguments.settings(run, Optional.empty());
    Optional<String> region = Arns.region(table);
    try (AwsClients clients =
        new AwsClients(
            region.map(settings::inRegion).orElse(settings), AwsArguments.userAgent(run))) {
      return new TableSettingsReader(clients, pauses).read(table);
    }
  }

  /** Returns the option as it was given, for a command that goes on. */
  String option() {
    return "--settings " + asked;
  }

  /**
   * Says before anything begins what the import could make and will not, and what no import makes.
   *
   * @throws UsageException if the settings are not in the words of the service
   */
  void check(TableSettingsReader reader, String request, String file) {
    for (SettingPlan.Left left :
        SettingPlan.of(wanted, reader.ofImport(request, file), place).left()) {
      if (MADE_WITH_THE_TABLE.contains(left.setting())) {
        run.warn("%s: %s".formatted(left.setting().words(), left.reason()));
      }
    }
  }

  /** Returns what is to be done for a table that is there, or for the one that the import makes. */
  SettingPlan plan(TableSettingsReader reader, String table, String request, String file) {
    return SettingPlan.of(
        wanted, reader.find(table).orElseGet(() -> reader.ofImport(request, file)), place);
  }

  /**
   * Gives them to the table.
   *
   * @param again the command that goes on where this one stops
   * @return what was done, and what cannot be
   */
  SettingPlan set(AwsClients clients, Pauses pauses, String table, String again) {
    SettingPlan plan =
        SettingPlan.of(wanted, new TableSettingsReader(clients, pauses).read(table), place);
    try (StopNotice.Saying notice =
        run.stop()
            .says("The table is imported, and some of its settings are set; go on with " + again)) {
      new TableSettingsWriter(clients, pauses)
          .set(
              table,
              plan.steps(),
              run.value(ServiceKeys.TIMEOUT),
              again,
              step -> run.progress().say("Set " + step.words()));
    }
    return plan;
  }

  // ---- what is said of them

  static void facts(CommandRun run, String label, SettingPlan plan) {
    String name = label;
    for (SettingStep step : plan.steps()) {
      AwsDocuments.fact(run, name, step.words());
      name = "";
    }
    if (plan.steps().isEmpty()) {
      AwsDocuments.fact(run, label, "nothing: the table has all that can be set");
    }
    name = "Left";
    for (SettingPlan.Left left : plan.left()) {
      AwsDocuments.fact(run, name, left.setting().words() + ": " + left.reason());
      name = "";
    }
  }

  static ObjectNode json(SettingPlan plan) {
    ObjectNode tree = JsonDocuments.object();
    ArrayNode steps = tree.putArray("set");
    plan.steps()
        .forEach(
            step ->
                steps.addObject().put("setting", step.setting().key()).put("what", step.words()));
    ArrayNode left = tree.putArray("left");
    plan.left()
        .forEach(
            one ->
                left.addObject().put("setting", one.setting().key()).put("reason", one.reason()));
    return tree;
  }
}
