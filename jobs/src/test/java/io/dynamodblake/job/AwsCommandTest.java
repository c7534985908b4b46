package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.FakeAws.Request;
import io.dynamodblake.testing.S3MockServer;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the tests of commands share that call a service, which says what a test wants. */
abstract class AwsCommandTest {
  static final String TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders-1";
  static final String EXPORT = TABLE + "/export/01731900000000-0a1b2c3d";
  static final String IMPORT = TABLE + "/import/01732000000000-c4d4e311";

  @RegisterExtension
  final AwsSystemProperties properties = AwsSystemProperties.withKeys("AKIDTEST", "hidden-secret");

  final CapturedTerminal terminal = new CapturedTerminal();
  final Map<String, Answer> answers = new HashMap<>();

  /** Whether exports keep the settings of the table, for which there has to be a bucket. */
  boolean keepsSettings;

  FakeAws aws;

  @BeforeEach
  void start() throws IOException {
    aws =
        FakeAws.answering(
            request ->
                answers.getOrDefault(
                    request.operation(),
                    Answer.error(400, "ValidationException", "unexpected " + request.operation())));
    answer(
        "DescribeTable",
        "{'Table':{'TableName':'Orders-1','TableArn':'%s','TableId':'id','TableStatus':'ACTIVE','AttributeDefinitions':"
                .formatted(TABLE)
            + "[{'AttributeName':'pk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}}");
    answer(
        "DescribeContinuousBackups",
        "{'ContinuousBackupsDescription':{'ContinuousBackupsStatus':'ENABLED','PointInTimeRecoveryDescription':"
            + "{'PointInTimeRecoveryStatus':'ENABLED','EarliestRestorableDateTime':1.7319E9,'LatestRestorableDateTime':1.7320E9}}}");
    answer(
        "ExportTableToPointInTime",
        "{'ExportDescription':%s}".formatted(export("IN_PROGRESS", "b-1", "p", "")));
    answer(
        "DescribeExport",
        "{'ExportDescription':%s}".formatted(export("COMPLETED", "b-1", "p", "")));
  }

  @AfterEach
  void stop() {
    aws.close();
  }

  void answer(String operation, String json) {
    answers.put(operation, Answer.of(json.replace('\'', '"')));
  }

  static String export(String status, String bucket, String prefix, String more) {
    return "{'ExportArn':'%s','ExportStatus':'%s','TableArn':'%s','TableId':'id','S3Bucket':'%s','S3Prefix':'%s','ItemCount':2,'ExportTime':1.7319E9,'StartTime':1.7319E9,'EndTime':1.731900672E9%s}"
        .formatted(EXPORT, status, TABLE, bucket, prefix, more);
  }

  int run(String... words) {
    List<String> all = new ArrayList<>(Arrays.asList(words));
    if (words[0].equals("export") && !keepsSettings) {
      all.add("--settings=none");
    }
    all.add("--endpoint-url=" + aws.address());
    all.add("--region=eu-west-1");
    int code = terminal.run(all.toArray(String[]::new));
    assertThat(terminal.out() + terminal.err()).doesNotContain("hidden-secret", "AKIDTEST");
    return code;
  }

  List<String> operations() {
    return aws.requests().stream().map(Request::operation).toList();
  }

  Request request(String operation) {
    return aws.requests().stream()
        .filter(request -> request.operation().equals(operation))
        .findFirst()
        .orElseThrow();
  }

  static void upload(S3MockServer s3, Path from, String key) throws IOException {
    FileSystem files = FileSystem.get(URI.create(s3.path(key)), s3.hadoopConf());
    files.copyFromLocalFile(
        new org.apache.hadoop.fs.Path(from.toUri()), new org.apache.hadoop.fs.Path(s3.path(key)));
  }

  /** The shared session knows S3Mock meanwhile. */
  static final class SessionSettings implements AutoCloseable {
    private final Map<String, String> settings = new HashMap<>();

    SessionSettings(S3MockServer s3) {
      settings.putAll(s3.settings());
      settings.put("fs.s3.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem");
      settings.forEach(SparkTest.session().conf()::set);
    }

    @Override
    public void close() {
      settings.keySet().forEach(SparkTest.session().conf()::unset);
    }
  }
}
