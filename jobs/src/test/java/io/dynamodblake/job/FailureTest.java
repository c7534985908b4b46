package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.io.WrongPlaceException;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.DataRefusedException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.fs.s3a.AWSClientIOException;
import org.apache.hadoop.fs.s3a.S3AUtils;
import org.apache.hadoop.fs.s3a.UnknownStoreException;
import org.apache.hadoop.fs.s3a.impl.MultiObjectDeleteException;
import org.apache.hadoop.util.VersionInfo;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Error;

class FailureTest {
  /** What S3A makes of it where objects are deleted by lists. */
  private static IOException deniedDelete(String action) {
    return S3AUtils.translateException(
        action,
        (String) null,
        new MultiObjectDeleteException(
            List.of(
                S3Error.builder()
                    .code("AccessDenied")
                    .key("lake/snapshot=1/a.parquet")
                    .message("Access Denied")
                    .build())));
  }

  static Stream<Arguments> rows() {
    ExportFormatException damaged = new ExportFormatException("Cannot read data file: x, in a.gz");
    String task =
        "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent failure:"
            + " Lost task 0.3 in stage 1.0 (TID 7) (10.0.0.1 executor 2): ";
    String trace = "\n\tat io.dynamodblake.export.Reader.read(Reader.java:12)\n\tat java.base/x\n";
    return Stream.of(
        row("damaged export", damaged, ExitCode.EXPORT_DAMAGED, damaged.getMessage()),
        row(
            "damaged export, thrown by a task",
            new SparkException(task + damaged + trace, damaged),
            ExitCode.EXPORT_DAMAGED,
            damaged.getMessage()),
        row(
            "damaged export, of which only the text is left",
            new SparkException(task + damaged + trace + "\nDriver stacktrace:"),
            ExitCode.EXPORT_DAMAGED,
            damaged.getMessage()),
        row(
            "refused data as a cause in the text",
            new SparkException(
                task
                    + "org.apache.spark.SparkException: [TASK_WRITE_FAILED] failed"
                    + trace
                    + "Caused by: io.dynamodblake.schema.DataRefusedException: Cannot keep 3 bad records"
                    + trace
                    + "\t... 9 more\n"),
            ExitCode.DATA_REFUSED,
            "Cannot keep 3 bad records"),
        row(
            "refused data",
            new RuntimeException(new DataRefusedException("no")),
            ExitCode.DATA_REFUSED,
            "no"),
        row(
            "bad line",
            new SparkException("x", new MalformedRecordException("Cannot read line 3", 17)),
            ExitCode.DATA_REFUSED,
            "Cannot read line 3"),
        row(
            "a catalog's database that another process uses, when nobody knows what it did",
            new UncheckedIOException(
                new IOException(
                    "Nobody knows whether snapshot 7 was published; run again",
                    new UncheckedSQLException(
                        new SQLiteException(
                            "[SQLITE_BUSY] The database file is locked",
                            SQLiteErrorCode.SQLITE_BUSY),
                        "Unknown failure"))),
            ExitCode.REMOTE_FAILED,
            "Nobody knows whether snapshot 7 was published; run again: Cannot reach the catalog of Iceberg: the database of SQLite is in use by another process; run again, and let connections wait with ?journal_mode=WAL&busy_timeout=20000"),
        row(
            "a catalog whose database is not where the settings say",
            new UsageException(
                "Cannot use catalog 'cat': see its settings",
                new UncheckedSQLException(
                    new SQLiteException(
                        "[SQLITE_CANTOPEN] Unable to open", SQLiteErrorCode.SQLITE_CANTOPEN),
                    "Failed to connect")),
            ExitCode.WRONG_USAGE,
            "Cannot use catalog 'cat'"),
        row(
            "a catalog that does not answer",
            new ServiceUnavailableException("Service unavailable"),
            ExitCode.REMOTE_FAILED,
            "Cannot reach the catalog of Iceberg: ServiceUnavailableException: Service unavailable"),
        row(
            "S3 without the library for it",
            new RuntimeException(
                new ClassNotFoundException(
                    "Class org.apache.hadoop.fs.s3a.S3AFileSystem not found")),
            ExitCode.WRONG_USAGE,
            "Cannot reach S3: hadoop-aws is not on the class path; start with spark-submit"
                + " --packages org.apache.hadoop:hadoop-aws:"
                + VersionInfo.getVersion()),
        row(
            "S3 without the library for it, wrapped by our own words",
            new ExportFormatException(
                "Cannot find the export",
                new ClassNotFoundException(
                    "Class org.apache.hadoop.fs.s3a.S3AFileSystem not found")),
            ExitCode.WRONG_USAGE,
            "Cannot reach S3: hadoop-aws is not on the class path"),
        row(
            "wrong usage",
            new UsageException("Missing --to"),
            ExitCode.WRONG_USAGE,
            "Missing --to"),
        row(
            "a path that is none",
            new UncheckedIOException(
                new IOException(new WrongPlaceException("Cannot use an address"))),
            ExitCode.WRONG_USAGE,
            "Cannot use an address"),
        row(
            "unreachable endpoint",
            new AWSClientIOException(
                "connect", SdkClientException.create("Unable to execute HTTP request")),
            ExitCode.REMOTE_FAILED,
            "Cannot reach the storage service: AWSClientIOException: connect"),
        row(
            "no credentials",
            new AccessDeniedException(
                "s3a://b/k",
                null,
                "org.apache.hadoop.fs.s3a.auth.NoAuthWithAWSException: No AWS Credentials"),
            ExitCode.REMOTE_FAILED,
            "Cannot find AWS credentials; log in or set AWS_PROFILE"),
        row(
            "no such host, wrapped by our own words",
            new ExportFormatException("Cannot read manifest", new UnknownHostException("s3.local")),
            ExitCode.REMOTE_FAILED,
            "Cannot read manifest: UnknownHostException: s3.local"),
        row(
            "refused connection in a task",
            new SparkException(task + "java.net.ConnectException: Connection refused" + trace),
            ExitCode.REMOTE_FAILED,
            "Cannot reach the storage service: ConnectException: Connection refused"),
        row(
            "connection that broke",
            new IOException(new ConnectException("Connection refused")),
            ExitCode.REMOTE_FAILED,
            "ConnectException: Connection refused"),
        row(
            "access denied by S3",
            new AccessDeniedException("s3a://bucket/key", null, "403"),
            ExitCode.REMOTE_FAILED,
            "Cannot read or write: the storage service denies access to s3a://bucket/key"
                + " (AccessDeniedException: s3a://bucket/key: 403); allow whoever runs this"
                + " s3:GetObject and s3:ListBucket where it reads"),
        row(
            "access denied by S3 to whoever writes, of which S3A tells the key alone",
            new UncheckedIOException(
                "Cannot write lake table: lake/current.json: Writing Object",
                (IOException)
                    new AccessDeniedException("lake/current.json", null, "Writing Object")
                        .initCause(
                            SdkClientException.create("not authorized to perform: s3:PutObject"))),
            ExitCode.REMOTE_FAILED,
            "Cannot write lake table: the storage service denies access to lake/current.json"
                + " (SdkClientException: not authorized to perform: s3:PutObject); allow"),
        row(
            "access denied by S3 to whoever deletes many objects at once",
            deniedDelete("delete on s3a://bucket/lake/snapshot=1"),
            ExitCode.REMOTE_FAILED,
            "Cannot read or write: the storage service denies access to s3a://bucket/lake/snapshot=1"
                + " (MultiObjectDeleteException: "),
        row(
            "access denied by S3 to whoever deletes many objects at once, of which a task tells",
            new SparkException(
                task + deniedDelete("delete on s3a://bucket/lake/snapshot=1") + trace),
            ExitCode.REMOTE_FAILED,
            "Cannot read or write: the storage service denies access to s3a://bucket/lake/snapshot=1"),
        row(
            "access denied by S3 to whoever deletes one object",
            new AccessDeniedException(
                "s3a://bucket/lake/a.parquet",
                null,
                "delete on s3a://bucket/lake/a.parquet: S3Exception: Access Denied"),
            ExitCode.REMOTE_FAILED,
            "Cannot read or write: the storage service denies access to s3a://bucket/lake/a.parquet"
                + " ("),
        row(
            "no such bucket",
            new UnknownStoreException("s3a://bucket/", "bucket does not exist"),
            ExitCode.REMOTE_FAILED,
            "Cannot find bucket bucket: the storage service has none of that name"),
        row(
            "an object that is not there is the export's fault, not the service's",
            new ExportFormatException(
                "Cannot find data file",
                new FileNotFoundException("s3a://b/k").initCause(SdkClientException.create("404"))),
            ExitCode.EXPORT_DAMAGED,
            "Cannot find data file"),
        row(
            "read-only target",
            new UncheckedIOException(new AccessDeniedException("/lake/orders")),
            ExitCode.INTERNAL_ERROR,
            "Cannot read or write: "),
        row(
            "a kind of file system that nothing on the class path knows",
            new ExportFormatException(
                "Cannot find the export",
                new UnsupportedFileSystemException("No FileSystem for scheme \"gs\"")),
            ExitCode.WRONG_USAGE,
            "Cannot use a path that begins with gs:, because no file system of that kind is on the class path; give s3://bucket/key"),
        row(
            "a kind of file system whose library is missing",
            new RuntimeException(
                new ClassNotFoundException(
                    "Class org.apache.hadoop.fs.azure.NativeAzureFileSystem not found")),
            ExitCode.WRONG_USAGE,
            "Cannot use a path of this kind: its file system, org.apache.hadoop.fs.azure.NativeAzureFileSystem, is not on the class path"),
        row(
            "a checksum that lies beside a file and is of another one",
            new SparkException(
                "x",
                new IOException(
                    "Cannot read data file a.gz",
                    new ChecksumException(
                        "Checksum error: file:/lake/a.gz at 0 exp: 1 got: 2", 0))),
            ExitCode.EXPORT_DAMAGED,
            "Cannot read a file: it is not what the checksum beside it was made of, file:/lake/a.gz; copy it again"),
        row(
            "full disk",
            new SparkException("x", new IOException("No space left on device")),
            ExitCode.INTERNAL_ERROR,
            "Cannot read or write: IOException: No space left on device"),
        row(
            "out of memory",
            new OutOfMemoryError("heap"),
            ExitCode.INTERNAL_ERROR,
            "Out of memory"),
        row(
            "anything else",
            new IllegalStateException("odd"),
            ExitCode.INTERNAL_ERROR,
            "IllegalStateException: odd; this should not happen"));
  }

  private static Arguments row(String name, Throwable thrown, ExitCode code, String message) {
    return Arguments.of(name, thrown, code, message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void exceptionBecomesExitCodeAndOneParagraph(
      String name, Throwable thrown, ExitCode code, String message) {
    Failure failure = Failure.of(thrown);
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.message()).contains(message).doesNotContain("\n");
  }

  @Test
  void chainOfCausesThatNeverEndsIsNoTrap() {
    RuntimeException first = new RuntimeException("a");
    first.initCause(new RuntimeException("b", first));
    assertThat(Failure.of(first).code()).isEqualTo(ExitCode.INTERNAL_ERROR);
  }
}
