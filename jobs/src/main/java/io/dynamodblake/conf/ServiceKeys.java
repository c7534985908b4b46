package io.dynamodblake.conf;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Of DynamoDB's own exports and imports: {@code export}, {@code exports}, {@code import}, {@code
 * imports}.
 */
public final class ServiceKeys {
  private ServiceKeys() {}

  public static final Option<String> EXPORT_TABLE =
      Option.text("dynamodb-table", "TABLE")
          .at(0)
          .means("the DynamoDB table: its name, or its ARN, which also says the region")
          .changeWhen(
              "always given, except with --resume; in a file under the key `dynamodb-table`");

  public static final Option<String> BUCKET =
      Option.text("bucket", "NAME")
          .means("bucket that the export goes to; it may be in another region or account")
          .changeWhen("always given, except with --resume");

  public static final Option<String> PREFIX =
      Option.text("prefix", "PREFIX")
          .means("prefix in the bucket; the export makes AWSDynamoDB/<export-id>/ under it")
          .changeWhen("the bucket holds anything else");

  public static final Option<String> BUCKET_OWNER =
      Option.text("bucket-owner", "ACCOUNT")
          .means("the twelve digits of the account that owns the bucket")
          .changeWhen("the bucket is another account's");

  public static final Option<String> KMS_KEY =
      Option.text("kms-key", "KEY")
          .means(
              "key ID, ARN or alias with which the objects are encrypted, instead of S3's own key")
          .changeWhen("the bucket's rules ask for it; the key is in the bucket's region");

  public static final Option<String> EXPORT_FORMAT =
      Option.choice("export-format", "dynamodb-json", "ion")
          .orElse("dynamodb-json")
          .means("format of the data files; flatten makes the same table of both")
          .changeWhen("another reader wants Ion");

  public static final Option<Instant> AT =
      Option.instant("at")
          .means(
              "the state of the table at this time, in whole seconds; without it the current one")
          .changeWhen("an earlier state is wanted, such as that of midnight");

  public static final Option<Instant> FROM =
      Option.instant("from")
          .means("what changed from this time on, in whole seconds: an incremental export")
          .changeWhen("only changes are wanted, from 15 minutes to 24 hours of them");

  public static final Option<Instant> UNTIL =
      Option.instant("to")
          .means(
              "with --from or --since-last: what changed before this time; without it the latest that is there, at most 24 hours")
          .changeWhen("windows should end at full hours or days");

  public static final Option<Boolean> SINCE_LAST =
      Option.flag("since-last")
          .means(
              "what changed since the last incremental export of this table to the same bucket and prefix ended, or if there is"
                  + " none, since its last full export. DynamoDB remembers exports for 90 days")
          .changeWhen("changes are exported again and again, by a scheduler");

  public static final Option<String> VIEW =
      Option.choice("view", "new-and-old", "new")
          .orElse("new-and-old")
          .means("of a changed item, the images before and after, or only the one after")
          .changeWhen("nobody looks at the images before; the files are smaller then");

  public static final Option<Boolean> ENABLE_PITR =
      Option.flag("enable-pitr")
          .means(
              "switch point-in-time recovery on if the table has it off, and wait until it can be exported. It stays on and costs"
                  + " by the size of the table")
          .changeWhen("the table has no point-in-time recovery, which every export needs");

  public static final Option<String> CLIENT_TOKEN =
      Option.text("client-token", "TEXT")
          .means(
              "makes a repeated call find what the first one started, for eight hours; without it every export is a new one, and"
                  + " an import has the token of import-table.json")
          .changeWhen("a scheduler may run the same step twice; use its execution's name");

  public static final Option<Duration> TIMEOUT =
      Option.duration("timeout")
          .orElse("12h")
          .means("how long to wait for the end; what was started goes on in DynamoDB all the same")
          .changeWhen("a scheduler has a limit of its own, or the table has many terabytes");

  public static final Option<Boolean> DETACH =
      Option.flag("detach")
          .means("only start it, print the ARN, and do not wait")
          .changeWhen("something else waits, such as a Step Functions state machine");

  public static final Option<String> EXPORT_RESUME =
      Option.text("resume", "ARN")
          .means("start nothing, wait for this export")
          .changeWhen("waiting was interrupted; the message says the ARN, and so does exports");

  public static final Option<String> KEEP_SETTINGS =
      Option.choice("settings", "keep", "none")
          .orElse("keep")
          .means(
              "keep what describes the table beside its items (keys, indexes, throughput, time to live, tags and more) as table.json"
                  + " beside the export, for restore and import; none does not ask for it")
          .changeWhen(
              "the calls that ask for it are not allowed, or nobody will make a table of the export");

  public static final Option<String> THEN_FLATTEN =
      Option.text("then-flatten", "DIR")
          .means(
              "then flatten the export into the lake table in this folder; the options of flatten are those of this command too. Of"
                  + " a full export only")
          .changeWhen("the lake table is what is wanted");

  public static final Option<String> THEN_APPLY =
      Option.text("then-apply", "DIR")
          .means(
              "with --since-last: export what changed since the moment that the lake table in this folder shows, one window of at"
                  + " most 24 hours after the other, and apply it; the options of apply are those of this command too. With"
                  + " --resume apply that export")
          .changeWhen("the lake table is to stay current, by one line each night");

  public static final Option<String> FLATTEN_AS =
      Option.text("table", "NAME")
          .means(
              "with --then-flatten: name of the table in Athena and Glue; without it that of the DynamoDB table, as Athena can"
                  + " spell it")
          .changeWhen("the tables should not have the same name");

  public static final Option<List<String>> FLATTEN_KEY =
      Option.list("key", "pk:S[,sk:N]")
          .means("with --then-flatten: the key attributes; without it they are asked of the table")
          .changeWhen("DescribeTable is not allowed, as with --resume from another account");

  public static final Option<String> LISTED_TABLE =
      Option.text("dynamodb-table", "TABLE")
          .at(0)
          .means(
              "only those of this DynamoDB table: its name or ARN; without it those of all tables")
          .changeWhen("the account has many tables");

  public static final Option<String> LISTED_ARN =
      Option.text("arn", "ARN")
          .means("describe this one, instead of listing")
          .changeWhen("one of them is of interest");

  public static final Option<String> IMPORT_DIR =
      Option.text("path", "DIR")
          .at(0)
          .means(
              "what restore wrote: the folder with import-table.json and restore-report.json. The data files have to be in the bucket"
                  + " that import-table.json names")
          .changeWhen("always given; in a file under the key `path`");

  public static final Option<String> IMPORT_RESUME =
      Option.text("resume", "ARN")
          .means("start nothing, wait for this import and compare it with the report in DIR")
          .changeWhen("waiting was interrupted; the message says the ARN, and so does imports");

  public static final Option<String> IMPORT_SETTINGS =
      Option.text("settings", "FILE|same")
          .means(
              "when the import has ended, give the table the settings of another one, replicas last: a table.json that export or scan"
                  + " kept, the same one that restore kept in DIR, or a live table, dynamodb://NAME or its ARN. Only what differs is set, and"
                  + " nothing is taken away")
          .changeWhen("the new table should be more than keys, indexes and items");

  public static final Option<Boolean> IMPORT_DRY_RUN =
      Option.flag("dry-run")
          .means(
              "only look whether the files are there, and say what --settings would do; nothing is started or set")
          .changeWhen(
              "always good before --settings, which may cost: replicas and warm throughput do");

  public static final Option<Boolean> ERRORS =
      Option.flag("errors")
          .means(
              "if items are refused, also fetch from CloudWatch Logs what DynamoDB says of the first ones: file, line and reason."
                  + " Its words may quote names of attributes")
          .changeWhen("an import failed");
}
