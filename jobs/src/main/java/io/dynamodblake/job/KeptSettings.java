package io.dynamodblake.job;

import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.ExportState;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.TableSettingsReader;
import io.dynamodblake.conf.ServiceKeys;
import io.dynamodblake.export.TableSetting;
import io.dynamodblake.export.TableSettings;
import io.dynamodblake.io.hadoop.LakeFiles;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What describes a table beside its items, kept beside an export of it. It is asked for when it is
 * first needed. An export is good without it, so whatever goes wrong is told and no more.
 */
final class KeptSettings {
  private final CommandRun run;
  private final AwsClients clients;
  private final Pauses pauses;
  private final String table;
  private TableSettings settings;

  /**
   * @param table name or ARN
   */
  KeptSettings(CommandRun run, AwsClients clients, Pauses pauses, String table) {
    this.run = run;
    this.clients = clients;
    this.pauses = pauses;
    this.table = table;
  }

  /** Whether they are wanted. */
  static boolean areWanted(CommandRun run) {
    return run.value(ServiceKeys.KEEP_SETTINGS).equals("keep");
  }

  /** Writes them into the folder of an export that has begun, if none lie there from before. */
  void beside(ExportState export) {
    if (!areWanted(run)) {
      return;
    }
    String file = export.folder() + TableSettings.FILE;
    try {
      LakeFiles files = new LakeFiles(Sessions.hadoopConfiguration());
      // a call that is repeated finds an export that began earlier, with what described it then
      if (!files.exists(file)) {
        files.replace(file, text().orElseThrow());
        run.progress().say("Kept the settings of the table, at " + file);
      }
    } catch (IOException | RuntimeException e) {
      // S3A says of missing classes and settings by exceptions of many kinds
      String reason = e instanceof IOException failure ? LakeFiles.reason(failure) : e.getMessage();
      run.warn(
          "Cannot keep the settings of the table: %s, at %s; the export goes on without them. Allow s3:PutObject and s3:GetObject there for S3A (docs/aws.md), or give --settings none"
              .formatted(reason, file));
    }
  }

  /** Returns the document, or nothing if it is not wanted. */
  Optional<String> text() {
    if (!areWanted(run)) {
      return Optional.empty();
    }
    if (settings == null) {
      settings = new TableSettingsReader(clients, pauses).read(table);
      if (!settings.unknown().isEmpty()) {
        run.progress()
            .say(
                "Not known of the table, as %s will say: %s"
                    .formatted(
                        TableSettings.FILE,
                        settings.unknown().keySet().stream()
                            .map(TableSetting::words)
                            .collect(Collectors.joining(", "))));
      }
    }
    return Optional.of(settings.toJson());
  }
}
