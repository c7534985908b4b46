package io.dynamodblake.job;

import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.io.WrongPlaceException;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.Stopping;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.util.VersionInfo;

/**
 * What an exception means to the user: the exit code and one paragraph, or that somebody stopped
 * the run and who. The one place where exceptions become exit codes.
 *
 * <p>Spark wraps what a task threw. Where the exception itself travelled, it is in the chain of
 * causes; where it could not, only its class name and message are left in the text of the {@code
 * SparkException}, so both are looked at.
 */
record Failure(ExitCode code, String message, boolean stopped) {
  private static final String REPORT =
      "; this should not happen: run again with --stacktrace and report what it prints";

  private static final String NO_CREDENTIALS = "NoAuthWithAWSException";

  private static final String NO_BUCKET = "org.apache.hadoop.fs.s3a.UnknownStoreException";

  private static final Pattern BUCKET = Pattern.compile("\\bs3[an]?://([^/'\\s]+)");

  private static final String DENIED = AccessDeniedException.class.getName();

  private static final Pattern S3_PLACE = Pattern.compile("\\bs3[an]?://[^\\s:]+");

  private static final String DELETE_BY_LIST =
      "org.apache.hadoop.fs.s3a.impl.MultiObjectDeleteException";

  // as messages of ours begin
  private static final Pattern ACTION = Pattern.compile("Cannot [^:;,]*:");

  private static final String S3A_FILE_SYSTEM = "org.apache.hadoop.fs.s3a.S3AFileSystem";

  // as Hadoop says it
  private static final Pattern NO_FILES = Pattern.compile("No FileSystem for scheme \"([^\"]*)\"");
  private static final Pattern NO_FILES_CLASS =
      Pattern.compile("Class (org\\.apache\\.hadoop\\.fs\\.\\S+) not found");
  private static final String LIVE_TABLE = "dynamodb";

  // a file whose sum in the hidden file beside it is another one
  private static final String WRONG_SUM = "org.apache.hadoop.fs.ChecksumException";
  private static final Pattern SUMMED_FILE = Pattern.compile("\\bfile:[^\\s]+");

  // of lake.iceberg, where it is left open whether readers see a snapshot
  private static final String UNKNOWN_COMMIT = "Nobody knows whether ";

  private static final String SQLITE_FAILURE = "org.sqlite.SQLiteException";
  private static final String SQLITE_BUSY = "[SQLITE_BUSY";

  // what a cloud library has to say can fill a screen
  private static final int LONGEST_REASON = 400;

  private static final int DEEPEST_CAUSE = 50;

  // "...: io.dynamodblake.export.ExportFormatException: the message\n\tat io.dynamodblake..."
  private static final Pattern QUOTED =
      Pattern.compile(
          "\\b((?:[a-z_][a-z0-9_]*\\.)+[A-Z][A-Za-z0-9_$]*(?:Exception|Error)): ([^\\n]*(?:\\n(?!\\s*(?:at |\\.\\.\\. |Caused by:|Driver stacktrace)).*)*)");

  private Failure(ExitCode code, String message) {
    this(code, message, false);
  }

  static Failure of(Throwable thrown) {
    List<Sign> signs = signs(thrown);

    // what our own clients threw is explained where it was caught
    Optional<Sign> explained =
        first(signs, sign -> sign.type().equals(AwsFailureException.class.getName()));
    if (explained.isPresent()) {
      return new Failure(ExitCode.REMOTE_FAILED, explained.get().message());
    }

    // whatever was being done with a path on S3
    if (signs.stream().anyMatch(sign -> sign.message().contains(S3A_FILE_SYSTEM + " not found"))) {
      return new Failure(
          ExitCode.WRONG_USAGE,
          "Cannot reach S3: hadoop-aws is not on the class path; start with spark-submit --packages org.apache.hadoop:hadoop-aws:%s, or with bin/dynamodb-lake, which brings it"
              .formatted(VersionInfo.getVersion()));
    }

    Optional<String> scheme = named(signs, NO_FILES);
    if (scheme.isPresent()) {
      return new Failure(ExitCode.WRONG_USAGE, unknownKindOfPlace(scheme.get()));
    }
    Optional<String> library = named(signs, NO_FILES_CLASS);
    if (library.isPresent()) {
      return new Failure(
          ExitCode.WRONG_USAGE,
          "Cannot use a path of this kind: its file system, %s, is not on the class path; give s3://bucket/key, hdfs: or a local folder, or start with spark-submit and the library for it in --packages"
              .formatted(library.get()));
    }

    Optional<Failure> catalog = ofCatalog(signs);
    if (catalog.isPresent()) {
      return catalog.get();
    }

    // A service that does not answer is the reason even where it kept us from reading an export.
    // Something that is not there is
    // different: the service answered, and the export lacks an object.
    Optional<Sign> remote = first(signs, Sign::isRemote);
    boolean missing = signs.stream().anyMatch(Sign::isMissing);
    Optional<Sign> ours = first(signs, sign -> sign.code().isPresent());
    if (remote.isPresent() && !missing) {
      if (signs.stream().anyMatch(sign -> sign.message().contains(NO_CREDENTIALS))) {
        return new Failure(
            ExitCode.REMOTE_FAILED,
            "Cannot find AWS credentials; log in or set AWS_PROFILE or AWS_ACCESS_KEY_ID, or run where a role is attached");
      }
      Optional<String> bucket = missingBucket(signs);
      if (bucket.isPresent()) {
        return new Failure(
            ExitCode.REMOTE_FAILED,
            "Cannot find bucket %s: the storage service has none of that name; check the name, and where the endpoint is another one, that too"
                .formatted(bucket.get()));
      }
      Optional<String> denied = denied(signs);
      if (denied.isPresent()) {
        return new Failure(ExitCode.REMOTE_FAILED, denied.get());
      }
      Sign reason =
          first(
                  signs,
                  sign ->
                      sign.type().equals(UnknownHostException.class.getName()) && sign.isShort())
              .orElse(remote.get());
      String what =
          ours.map(sign -> sign.message() + ": ").orElse("Cannot reach the storage service: ");
      return new Failure(ExitCode.REMOTE_FAILED, what + reason.describe());
    }
    Optional<Sign> wrongSum = first(signs, sign -> sign.type().equals(WRONG_SUM));
    if (wrongSum.isPresent()) {
      return new Failure(ExitCode.EXPORT_DAMAGED, wrongSum(wrongSum.get()));
    }
    if (ours.isPresent()) {
      return new Failure(ours.get().code().get(), ours.get().message());
    }
    if (first(signs, sign -> sign.type().equals("java.lang.OutOfMemoryError")).isPresent()) {
      return new Failure(
          ExitCode.INTERNAL_ERROR,
          "Out of memory; give the launcher more with DYNAMODB_LAKE_MEMORY=4g, or spark-submit --driver-memory and --executor-memory");
    }
    Optional<String> stopped = Stopping.reason(thrown);
    if (stopped.isPresent()) {
      return new Failure(ExitCode.INTERNAL_ERROR, stopped.get(), true);
    }
    Optional<Sign> storage = first(signs, Sign::isStorage);
    if (storage.isPresent()) {
      // our own code says what it could not do; otherwise the file system's words have to do
      Optional<Sign> told =
          first(signs, sign -> sign.isStorage() && sign.message().startsWith("Cannot "));
      Sign reason = first(signs, sign -> sign.io() && sign.isStorage()).orElse(storage.get());
      return new Failure(
          ExitCode.INTERNAL_ERROR,
          told.map(Sign::message).orElseGet(() -> "Cannot read or write: " + reason.describe()));
    }
    return new Failure(ExitCode.INTERNAL_ERROR, signs.get(signs.size() - 1).describe() + REPORT);
  }

  /** What the first message names that has the pattern. */
  private static Optional<String> named(List<Sign> signs, Pattern pattern) {
    return signs.stream()
        .map(sign -> pattern.matcher(sign.message()))
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1))
        .findFirst();
  }

  /** A catalog of Iceberg, which is asked beside all stores, and may be the one that fails. */
  private static Optional<Failure> ofCatalog(List<Sign> signs) {
    Optional<Sign> failed = first(signs, Sign::isOfCatalog);
    Optional<Sign> busy =
        first(
            signs,
            sign -> sign.type().equals(SQLITE_FAILURE) && sign.message().startsWith(SQLITE_BUSY));
    boolean told = signs.stream().anyMatch(sign -> sign.code().isPresent());
    if (failed.isEmpty() || told && busy.isEmpty()) {
      return Optional.empty();
    }
    String begun =
        first(signs, sign -> sign.message().startsWith(UNKNOWN_COMMIT))
            .map(sign -> sign.message() + ": ")
            .orElse("");
    String reason =
        busy.isPresent()
            ? "the database of SQLite is in use by another process; run again, and let connections wait with ?journal_mode=WAL&busy_timeout=20000 at the end of its uri"
            : failed.get().describe();
    return Optional.of(
        new Failure(
            ExitCode.REMOTE_FAILED, begun + "Cannot reach the catalog of Iceberg: " + reason));
  }

  private static String wrongSum(Sign sign) {
    Matcher file = SUMMED_FILE.matcher(sign.message());
    return "Cannot read a file: it is not what the checksum beside it was made of, %s; copy it again, or, if it was changed on purpose, delete the hidden file of the same name with .crc at its end"
        .formatted(file.find() ? file.group() : sign.describe());
  }

  private static String unknownKindOfPlace(String scheme) {
    return scheme.equals(LIVE_TABLE)
        ? "Cannot read dynamodb:// here: only compare takes a live table; export or scan it first"
        : "Cannot use a path that begins with %s:, because no file system of that kind is on the class path; give s3://bucket/key, hdfs: or a local folder, or start with spark-submit and the library for it in --packages"
            .formatted(scheme);
  }

  /** The bucket that S3A says does not exist; it says so in several sentences of its SDK. */
  private static Optional<String> missingBucket(List<Sign> signs) {
    return first(signs, sign -> sign.type().equals(NO_BUCKET))
        .map(sign -> BUCKET.matcher(sign.message()))
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1));
  }

  /**
   * S3A says where, and its SDK, behind it, what was not allowed. Where it deletes by lists, the
   * place stands within what it was doing.
   */
  private static Optional<String> denied(List<Sign> signs) {
    Optional<Sign> place = first(signs, sign -> sign.type().equals(DENIED));
    if (place.isEmpty()) {
      return Optional.empty();
    }
    String action =
        first(signs, sign -> ACTION.matcher(sign.message()).lookingAt())
            .map(sign -> sign.message().substring(0, sign.message().indexOf(':')))
            .orElse("Cannot read or write");
    Matcher object = S3_PLACE.matcher(place.get().message());
    String where = object.find() ? object.group() : place.get().message().split(": ", 2)[0];
    Sign reason =
        first(signs, sign -> sign.type().contains(".awssdk.") || sign.type().equals(DELETE_BY_LIST))
            .orElse(place.get());
    return Optional.of(
        "%s: the storage service denies access to %s (%s); allow whoever runs this s3:GetObject and s3:ListBucket where it reads, and s3:PutObject and s3:DeleteObject, too, where it writes"
            .formatted(action, where, reason.describe()));
  }

  private static Optional<Sign> first(List<Sign> signs, java.util.function.Predicate<Sign> test) {
    return signs.stream().filter(test).findFirst();
  }

  /**
   * The exceptions of the chain from outside to inside, each followed by those that its message
   * quotes.
   */
  private static List<Sign> signs(Throwable thrown) {
    List<Sign> signs = new ArrayList<>();
    int depth = 0;
    for (Throwable cause = thrown;
        cause != null && depth < DEEPEST_CAUSE;
        cause = cause.getCause()) {
      depth++;
      String message = cause.getMessage() == null ? "" : cause.getMessage();
      signs.add(new Sign(cause.getClass().getName(), message, cause instanceof IOException));
      if (cause.getClass().getName().startsWith("org.apache.spark.")) {
        Matcher quoted = QUOTED.matcher(message);
        while (quoted.find()) {
          signs.add(new Sign(quoted.group(1), quoted.group(2), false));
        }
      }
    }
    return signs;
  }

  /** An exception, or what is left of it. */
  private record Sign(String type, String message, boolean io) {
    private static final List<String> MISSING =
        List.of(FileNotFoundException.class.getName(), NoSuchFileException.class.getName());

    private static final List<String> NETWORK =
        List.of(
            ConnectException.class.getName(),
            UnknownHostException.class.getName(),
            NoRouteToHostException.class.getName(),
            SocketException.class.getName(),
            SocketTimeoutException.class.getName());

    private static final List<String> REST =
        List.of(
            "org.apache.iceberg.exceptions.RESTException",
            "org.apache.iceberg.exceptions.ServiceFailureException",
            "org.apache.iceberg.exceptions.ServiceUnavailableException",
            "org.apache.iceberg.exceptions.NotAuthorizedException",
            "org.apache.iceberg.exceptions.ForbiddenException",
            "org.apache.iceberg.exceptions.CommitStateUnknownException");

    Optional<ExitCode> code() {
      if (type.equals(UsageException.class.getName())
          || type.equals(WrongPlaceException.class.getName())) {
        return Optional.of(ExitCode.WRONG_USAGE);
      }
      if (type.equals(ExportFormatException.class.getName())) {
        return Optional.of(ExitCode.EXPORT_DAMAGED);
      }
      if (type.equals(DataRefusedException.class.getName())
          || type.equals(MalformedRecordException.class.getName())) {
        return Optional.of(ExitCode.DATA_REFUSED);
      }
      return Optional.empty();
    }

    boolean isOfCatalog() {
      return type.equals("org.apache.iceberg.jdbc.UncheckedSQLException")
          || REST.contains(type)
          || type.equals(SQLITE_FAILURE);
    }

    boolean isRemote() {
      return NETWORK.contains(type)
          // S3A's SDK, and ours by whatever name the job jar gives it
          || type.contains(".awssdk.")
          || type.startsWith("com.amazonaws.")
          || type.startsWith("org.apache.hadoop.fs.s3a.")
          // Hive's metastore, which may be Glue
          || type.startsWith("org.apache.hadoop.hive.metastore.")
          || type.startsWith("org.apache.thrift.transport.")
          || (type.equals(DENIED) && S3_PLACE.matcher(message).find());
    }

    /** The innermost name only the host; what is around it explains DNS. */
    boolean isShort() {
      return message.length() < 100;
    }

    boolean isMissing() {
      return MISSING.contains(type);
    }

    boolean isStorage() {
      boolean serialization =
          type.equals(NotSerializableException.class.getName())
              || type.equals(InvalidClassException.class.getName());
      return !serialization
          && (io || type.startsWith("java.io.") || type.startsWith("java.nio.file."));
    }

    /** One paragraph: class name where the message alone would not be understood. */
    String describe() {
      String simple = type.substring(type.lastIndexOf('.') + 1);
      String text = message.strip();
      int end = text.indexOf("\n\tat ");
      text = (end < 0 ? text : text.substring(0, end)).replaceAll("\\s*\\n\\s*", " ");
      if (text.length() > LONGEST_REASON) {
        text = text.substring(0, LONGEST_REASON) + " ... (--stacktrace shows the rest)";
      }
      return text.isEmpty() ? simple : simple + ": " + text;
    }
  }
}
