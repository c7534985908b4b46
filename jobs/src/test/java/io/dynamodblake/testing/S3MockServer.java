package io.dynamodblake.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * An S3 server in a process of its own (S3Mock's class path and Spark's do not mix), with one empty
 * bucket whose name no other server of this run has.
 *
 * <p>Starting it takes some seconds, so tests share one: {@link #shared()}, with a prefix each.
 */
public final class S3MockServer implements AutoCloseable {

  private static final Path JAR = BuildFolder.PATH.resolve("s3mock").resolve("s3mock-exec.jar");
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Pattern PORT = Pattern.compile("Tomcat started on ports? (\\d+) \\(http\\)");

  private final ChildProcess process;
  private final int port;
  private final String bucket;

  private S3MockServer(ChildProcess process, int port, String bucket) {
    this.process = process;
    this.port = port;
    this.bucket = bucket;
  }

  /** The server of this test run; it ends with the run. Nobody closes it. */
  public static S3MockServer shared() {
    return Holder.SERVER;
  }

  /** A server of one's own, to be closed. */
  public static S3MockServer start() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("s3mock");
    Path root = Files.createDirectory(folder.resolve("root"));
    String bucket = "lake-" + Integer.toHexString(folder.getFileName().hashCode());
    ChildProcess process =
        ChildProcess.java(
            folder,
            Map.of(),
            List.of(
                "-Xmx256m",
                "-jar",
                JAR.toAbsolutePath().toString(),
                "--server.address=127.0.0.1",
                "--server.port=0",
                "--server.ssl.enabled=false",
                "--http.port=0",
                "--com.adobe.testing.s3mock.store.root=" + root,
                "--com.adobe.testing.s3mock.store.initial-buckets=" + bucket,
                "--spring.main.banner-mode=off"));
    Instant limit = Instant.now().plus(START_LIMIT);
    while (process.isAlive() && Instant.now().isBefore(limit)) {
      String log = process.output();
      Matcher port = PORT.matcher(log);
      if (log.contains("Started S3MockApplication") && port.find()) {
        return new S3MockServer(process, Integer.parseInt(port.group(1)), bucket);
      }
      Thread.sleep(50);
    }
    process.close();
    throw new IllegalStateException("Cannot start S3Mock:\n" + process.output() + process.errors());
  }

  /** The name of the server's bucket. */
  public String bucket() {
    return bucket;
  }

  /** The {@code s3a} path of a key in the bucket. */
  public String path(String key) {
    return "s3a://" + bucket + "/" + key;
  }

  /** What S3A has to know, as Hadoop settings. */
  public Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("fs.s3a.endpoint", "http://127.0.0.1:" + port);
    settings.put("fs.s3a.endpoint.region", "us-east-1");
    settings.put("fs.s3a.connection.ssl.enabled", "false");
    settings.put("fs.s3a.path.style.access", "true");
    settings.put("fs.s3a.access.key", "test");
    settings.put("fs.s3a.secret.key", "test");
    settings.put(
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    settings.put("fs.s3a.attempts.maximum", "2");
    settings.put("fs.s3a.retry.limit", "2");
    settings.put("fs.s3a.committer.name", "magic");
    settings.put(
        "mapreduce.outputcommitter.factory.scheme.s3a",
        "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory");
    // The committer buffers the parts of an upload here
    settings.put("fs.s3a.buffer.dir", BuildFolder.PATH.resolve("tmp").resolve("s3a").toString());
    return settings;
  }

  /** The same for {@code SparkConf} and {@code --conf}. */
  public Map<String, String> sparkSettings() {
    Map<String, String> settings = new TreeMap<>();
    settings().forEach((key, value) -> settings.put("spark.hadoop." + key, value));
    return settings;
  }

  /** The same as a Hadoop configuration of its own. */
  public Configuration hadoopConf() {
    Configuration conf = new Configuration();
    settings().forEach(conf::set);
    return conf;
  }

  /** A session on the shared Spark for which {@code s3a} is this server. */
  public SparkSession session() {
    SparkSession session = SparkTest.newSession();
    settings().forEach(session.conf()::set);
    return session;
  }

  @Override
  public void close() {
    process.close();
  }

  private static final class Holder {
    private static final S3MockServer SERVER = started();

    private static S3MockServer started() {
      try {
        return start();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException("Cannot start S3Mock", e);
      }
    }
  }
}
