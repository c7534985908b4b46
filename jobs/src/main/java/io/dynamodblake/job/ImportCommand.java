package io.dynamodblake.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.aws.ImportState;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.SettingPlan;
import io.dynamodblake.aws.TableImports;
import io.dynamodblake.aws.TableSettingsReader;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.ServiceKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.FileJob;
import io.dynamodblake.spark.write.ImportLayout;
import io.dynamodblake.spark.write.ImportTableRequest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** To a live table: has DynamoDB import what {@code restore} wrote, and counts what arrived. */
final class ImportCommand implements Command {
  private static final int ERRORS_IN_MESSAGE = 3;

  private final Pauses pauses;

  ImportCommand() {
    this(Pauses.REAL);
  }

  ImportCommand(Pauses pauses) {
    this.pauses = pauses;
  }

  @Override
  public String name() {
    return "import";
  }

  @Override
  public String summary() {
    return "Imports what restore wrote as a new DynamoDB table and waits until that is done";
  }

  @Override
  public String synopsis() {
    return "import DIR [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Looks whether the data files are in the bucket that import-table.json names, all of them and nothing else; starts"
            + " DynamoDB's own import, waits for it, and compares the items that it counted with those that restore wrote."
            + " Nothing is uploaded: files that were written elsewhere are copied there first.",
        "An import makes keys, global indexes and items, and nothing else of a table. --settings gives it the rest afterwards, step by"
            + " step, and names what no import can make, such as local indexes.",
        "If items are refused the exit code is 4; the table is there all the same and holds the others. Which permissions it"
            + " needs is in conf/iam/import.json.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.IMPORT;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "import s3://bucket/import/orders",
        "import s3://bucket/import/orders --settings same --dry-run",
        "import import/orders --region eu-west-1 --errors");
  }

  /** What {@code restore} left, as far as it is needed. */
  private record Restored(
      String request,
      String file,
      String table,
      String bucket,
      String prefix,
      String data,
      long files,
      long bytes,
      long items) {}

  @Override
  public void run(CommandRun run) throws IOException {
    Optional<String> resume = run.find(ServiceKeys.IMPORT_RESUME);
    Duration limit = run.value(ServiceKeys.TIMEOUT);
    Configuration configuration = Sessions.hadoopConfiguration();
    Restored restored = restored(run.value(ServiceKeys.IMPORT_DIR), configuration);
    run.account().ofTable(restored.table());
    Optional<ImportSettings> settings =
        ImportSettings.asked(run, run.value(ServiceKeys.IMPORT_DIR), pauses, configuration);
    ImportState state;
    List<String> errors;
    Optional<SettingPlan> set;
    try (AwsClients clients = AwsArguments.clients(run, resume)) {
      TableSettingsReader tables = new TableSettingsReader(clients, pauses);
      if (run.value(ServiceKeys.IMPORT_DRY_RUN)) {
        checkBucket(restored, configuration);
        forecast(run, tables, restored, settings);
        return;
      }
      settings.ifPresent(wanted -> wanted.check(tables, restored.request(), restored.file()));
      TableImports imports = new TableImports(clients, pauses);
      String arn;
      if (resume.isPresent()) {
        arn = resume.get();
      } else {
        checkBucket(restored, configuration);
        run.stop().says("DynamoDB may have started the import; imports lists those that there are");
        ImportState started =
            imports.start(restored.request(), restored.file(), run.find(ServiceKeys.CLIENT_TOKEN));
        arn = started.arn();
        run.progress().say("Started import " + Arns.id(arn) + " of table " + restored.table());
        if (run.value(ServiceKeys.DETACH)) {
          show(run, started, List.of(), Optional.empty(), "Started");
          return;
        }
      }
      state = await(run, imports, arn, limit);
      run.account().items(state.processed()).rejected(state.errors());
      errors =
          run.value(ServiceKeys.ERRORS) && state.errors() > 0
              ? imports.errors(state, ERRORS_IN_MESSAGE)
              : List.of();
      check(state, restored, errors);
      set =
          settings.map(
              wanted ->
                  wanted.set(
                      clients,
                      pauses,
                      restored.table(),
                      resumption(run, arn) + " " + wanted.option()));
    }
    show(run, state, errors, set, "Imported");
  }

  /** The command that waits for an import again. */
  private static String resumption(CommandRun run, String arn) {
    return "%s import %s --resume %s"
        .formatted(run.terminal().program(), run.value(ServiceKeys.IMPORT_DIR), arn);
  }

  private static void forecast(
      CommandRun run,
      TableSettingsReader tables,
      Restored restored,
      Optional<ImportSettings> settings) {
    Optional<SettingPlan> plan =
        settings.map(
            wanted -> wanted.plan(tables, restored.table(), restored.request(), restored.file()));
    if (run.value(RunKeys.JSON)) {
      run.print(AwsDocuments.importForecast(restored.table(), restored.items(), plan));
      return;
    }
    run.print(
        run.terminal().green("Would import") + "  table " + TextTable.printable(restored.table()));
    AwsDocuments.fact(run, "Items", Quantities.count(restored.items()));
    AwsDocuments.fact(run, "From", "s3://" + restored.bucket() + "/" + restored.prefix());
    plan.ifPresent(some -> ImportSettings.facts(run, "Would set", some));
  }

  // ---- what restore wrote

  private static Restored restored(String folder, Configuration configuration) throws IOException {
    String root = folder.replaceAll("/+$", "");
    String requestFile = root + "/" + ImportLayout.REQUEST;
    String reportFile = root + "/" + ImportLayout.RESTORE_REPORT;
    JsonNode report = tree(text(reportFile, configuration), reportFile);
    if (!ImportLayout.RESTORE_REPORT_ENVELOPE.isOf(report)) {
      throw new UsageException("Cannot import: this is no report of restore, at " + reportFile);
    }
    if (!report.path("status").asText().equals("done")) {
      throw new UsageException(
          "Cannot import: restore did not come to its end, it says "
              + report.path("status").asText("nothing")
              + " at "
              + reportFile
              + "; restore again");
    }
    String request = text(requestFile, configuration);
    JsonNode tree = tree(request, requestFile);
    JsonNode output = report.path("output");
    JsonNode source = tree.path("S3BucketSource");
    String bucket = source.path("S3Bucket").asText();
    String prefix = folderOf(source.path("S3KeyPrefix").asText());
    if (bucket.equals(ImportTableRequest.NO_BUCKET)) {
      throw new UsageException(
          "Cannot import: the request names no bucket yet, at %s; copy the data files to %s of a bucket and write its name into S3Bucket, or restore with --import-bucket into a new folder"
              .formatted(requestFile, prefix));
    }
    if (bucket.isEmpty() || !prefix.endsWith("/")) {
      throw new UsageException(
          "Cannot import: S3BucketSource needs a bucket and a prefix that ends with a slash, or with /part-, at "
              + requestFile);
    }
    return new Restored(
        request,
        requestFile,
        tree.path("TableCreationParameters").path("TableName").asText(),
        bucket,
        prefix,
        output.path("data").asText(),
        output.path("files").asLong(-1),
        output.path("bytes").asLong(-1),
        output.path("items").asLong(-1));
  }

  /** Requests name the folder, or also how the names of the files in it begin. */
  private static String folderOf(String prefix) {
    return prefix.endsWith("/" + FileJob.FILE_NAMES)
        ? prefix.substring(0, prefix.length() - FileJob.FILE_NAMES.length())
        : prefix;
  }

  private static String text(String file, Configuration configuration) throws IOException {
    try (Reader reader = OutputFiles.open(file, "DIR", configuration)) {
      StringWriter text = new StringWriter();
      reader.transferTo(text);
      return text.toString();
    }
  }

  private static JsonNode tree(String text, String file) {
    try {
      JsonNode tree = JsonDocuments.parse(text);
      if (tree.isObject()) {
        return tree;
      }
    } catch (JsonProcessingException e) {
      throw new UsageException("Cannot import: this is no JSON document, at " + file, e);
    }
    throw new UsageException("Cannot import: this is no JSON document, at " + file);
  }

  /**
   * An import of a prefix that holds nothing succeeds, and one of a prefix that holds more fails.
   */
  private static void checkBucket(Restored restored, Configuration configuration)
      throws IOException {
    String place = restored.bucket() + "/" + restored.prefix();
    // s3a: has an implementation wherever s3: has one
    Path folder = new Path("s3a://" + place);
    long files = 0;
    long bytes = 0;
    try {
      RemoteIterator<LocatedFileStatus> found =
          folder.getFileSystem(configuration).listFiles(folder, true);
      while (found.hasNext()) {
        files++;
        bytes += found.next().getLen();
      }
    } catch (FileNotFoundException e) {
      files = 0;
    }
    if (files == restored.files() && bytes == restored.bytes()) {
      return;
    }
    String data = FlattenCommand.plain(restored.data());
    throw new UsageException(
        "Cannot import: restore wrote %s with %s bytes, but s3://%s holds %s with %s bytes; copy them there and nothing else: aws s3 sync %s s3://%s"
            .formatted(
                Quantities.count(restored.files(), "file"),
                Quantities.count(restored.bytes()),
                place,
                Quantities.count(files, "file"),
                Quantities.count(bytes),
                data.replaceFirst("^s3a://", "s3://"),
                place));
  }

  // ---- what came of it

  private ImportState await(CommandRun run, TableImports imports, String arn, Duration limit) {
    Instant begin = pauses.now();
    String resume = resumption(run, arn);
    try (StopNotice.Saying notice =
        run.stop().says("The import goes on in DynamoDB; to wait for it again: " + resume)) {
      return imports.await(
          arn,
          limit,
          state ->
              run.progress()
                  .waiting(
                      "Waiting for import %s: %s, %s"
                          .formatted(
                              Arns.id(arn),
                              state.status(),
                              Quantities.time(Duration.between(begin, pauses.now())))));
    } finally {
      run.progress().forgetNote();
    }
  }

  private static void check(ImportState state, Restored restored, List<String> errors) {
    String table = "Cannot import table " + restored.table() + ": ";
    String code = state.failureCode().orElse("");
    if (state.errors() > 0 || code.equals("ItemValidationError")) {
      throw new DataRefusedException(
          table
              + "DynamoDB refused %s; %s of %s are in the table, which exists. "
                  .formatted(
                      state.errors() == 0
                          ? "items"
                          : Quantities.count(state.errors(), "item")
                              + " (the rest of an object that cannot be read counts as one)",
                      Quantities.count(state.imported()),
                      Quantities.count(restored.items()))
              + (errors.isEmpty()
                  ? "The reasons are in CloudWatch Logs"
                      + state.logGroup().map(group -> ", group " + group).orElse("")
                      + ", stream "
                      + state.errorStream()
                      + ": imports --errors --arn "
                      + state.arn()
                  : "The first reasons: " + String.join("; ", errors))
              + "; delete the table before the next try");
    }
    if (!state.isCompleted()) {
      throw new AwsFailureException(
          table
              + "the import ended as "
              + state.status()
              + state.failureCode().map(text -> " with " + text).orElse("")
              + state
                  .failureMessage()
                  .map(text -> " (" + TextTable.printable(text) + ")")
                  .orElse("")
              + "; "
              + wayOut(code, restored));
    }
    if (state.imported() != restored.items()) {
      throw new DataRefusedException(
          table
              + "DynamoDB counted %s imported and %s processed, but restore wrote %s; the files in s3://%s/%s are not those of the report. Delete the table, restore into an empty prefix and import again"
                  .formatted(
                      Quantities.count(state.imported(), "item"),
                      Quantities.count(state.processed()),
                      Quantities.count(restored.items()),
                      restored.bucket(),
                      restored.prefix()));
    }
  }

  private static String wayOut(String code, Restored restored) {
    return switch (code) {
      case "S3NoSuchBucket" ->
          "there is no bucket " + restored.bucket() + "; correct " + restored.file();
      case "S3AccessDenied", "AccessDenied" ->
          "allow s3:GetObject and s3:ListBucket on bucket "
              + restored.bucket()
              + " (conf/iam/import.json)";
      case "ObjectModifiedInS3DuringImport" ->
          "a data file was changed meanwhile; delete the table, if there is one, and import again";
      default ->
          "repair that, delete the table if there is one, and import again with another --client-token";
    };
  }

  private static void show(
      CommandRun run,
      ImportState state,
      List<String> errors,
      Optional<SettingPlan> settings,
      String what) {
    if (run.value(RunKeys.JSON)) {
      run.print(AwsDocuments.imported(state, errors, settings));
      return;
    }
    run.print(
        run.terminal().green(what)
            + "  table "
            + TextTable.printable(Arns.tableName(state.tableArn())));
    AwsDocuments.facts(run, state);
    settings.ifPresent(plan -> ImportSettings.facts(run, "Set", plan));
    if (state.isCompleted()) {
      run.print("");
      run.print(
          "  The item count that the console shows is hours old; the one above is DynamoDB's own of this import.");
    }
  }
}
