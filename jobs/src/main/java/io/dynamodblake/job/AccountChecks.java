package io.dynamodblake.job;

import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.CallerIdentity;
import io.dynamodblake.aws.ExportLine;
import io.dynamodblake.aws.GlueCatalog;
import io.dynamodblake.aws.KmsKeys;
import io.dynamodblake.aws.LiveTable;
import io.dynamodblake.aws.LiveTables;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.PointInTimeRecovery;
import io.dynamodblake.aws.TableExports;
import io.dynamodblake.job.text.Quantities;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What AWS answers to whoever runs this. Changes nothing there. */
final class AccountChecks {
  private static final String RECOVERY = "point-in-time recovery";
  private static final String EXPORTS = "exports";
  private static final String DATABASE = "database ";
  private static final String KEY = "KMS key";

  /**
   * What is to be asked for.
   *
   * @param table name or ARN
   * @param database of Glue
   * @param key of KMS
   */
  record Subjects(Optional<String> table, Optional<String> database, Optional<String> key) {
    boolean isEmpty() {
      return table.isEmpty() && database.isEmpty() && key.isEmpty();
    }
  }

  private final Examination examination;
  private final AwsClients clients;

  AccountChecks(Examination examination, AwsClients clients) {
    this.examination = examination;
    this.clients = clients;
  }

  /**
   * Looks at who asks, and at what was named.
   *
   * @param needed whether it is a failure if nobody can ask
   */
  void run(Subjects subjects, boolean needed) {
    if (!examination.remote("Region", needed, () -> Diagnosis.ok(clients.region()))) {
      skip(subjects, "there is no Region to ask in");
      return;
    }
    if (!examination.remote(
        "credentials", needed, () -> Diagnosis.ok(CallerIdentity.arn(clients)))) {
      skip(subjects, "nobody knows who asks");
      return;
    }
    subjects.table().ifPresent(this::table);
    subjects
        .database()
        .ifPresent(name -> examination.remote(DATABASE + name, true, () -> database(name)));
    subjects
        .key()
        .ifPresent(
            key ->
                examination.remote(
                    KEY,
                    true,
                    () -> Diagnosis.ok(new KmsKeys(clients).usable(key) + ", may be used")));
  }

  private void skip(Subjects subjects, String because) {
    subjects.table().ifPresent(name -> examination.skip(named(name), because));
    subjects.database().ifPresent(name -> examination.skip(DATABASE + name, because));
    subjects.key().ifPresent(name -> examination.skip(KEY, because));
  }

  private static String named(String table) {
    return "table " + Arns.tableName(table);
  }

  private void table(String name) {
    AtomicReference<LiveTable> found = new AtomicReference<>();
    boolean there =
        examination.remote(
            named(name),
            true,
            () -> {
              LiveTable table = new LiveTables(clients, Pauses.REAL).table(name);
              found.set(table);
              return Diagnosis.ok(
                  "%s, keys %s".formatted(table.arn(), String.join(", ", table.keys())));
            });
    if (!there) {
      examination.skip(RECOVERY, "the table cannot be asked");
      examination.skip(EXPORTS, "the table cannot be asked");
      return;
    }
    examination.remote(RECOVERY, true, () -> recovery(found.get()));
    examination.remote(EXPORTS, true, () -> exports(found.get()));
  }

  private Diagnosis recovery(LiveTable table) {
    return new PointInTimeRecovery(clients, Pauses.REAL)
        .known(table)
        .map(window -> Diagnosis.ok("on, reaches back to " + window.earliest()))
        .orElseGet(
            () ->
                Diagnosis.fail(
                    "off, and every export needs it",
                    "switch it on with export --enable-pitr (it costs by the size of the table), or read the table with scan"));
  }

  private Diagnosis exports(LiveTable table) {
    List<ExportLine> lines = new TableExports(clients, Pauses.REAL).list(Optional.of(table.arn()));
    return Diagnosis.ok(
        lines.isEmpty()
            ? "none in the last 90 days"
            : "%s in the last 90 days, the last one %s"
                .formatted(Quantities.count(lines.size()), lines.get(0).status()));
  }

  private Diagnosis database(String name) {
    return new GlueCatalog(clients).hasDatabase(name)
        ? Diagnosis.ok("there")
        : Diagnosis.warn(
            "there is none of that name in " + clients.region(),
            "register makes it, if it may call glue:CreateDatabase");
  }
}
