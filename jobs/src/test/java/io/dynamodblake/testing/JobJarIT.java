package io.dynamodblake.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The jar as it goes to a cluster, and the launcher that runs it on a laptop. */
class JobJarIT {

  private static final Path JAR = Path.of(System.getProperty("job.jar"));
  private static final String ITEMS =
      "{\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}}\n"
          + "{\"Item\":{\"pk\":{\"S\":\"b\"},\"n\":{\"N\":\"2.50\"},\"x\":{\"NULL\":true}}}";

  @TempDir Path temp;

  @Test
  void holdsOnlyClassesOfOurOwnName() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> classes =
          jar.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.endsWith(".class"))
              .collect(Collectors.toList());

      assertThat(classes).allMatch(name -> name.startsWith("io/dynamodblake/"));
      assertThat(classes).anyMatch(name -> name.startsWith("io/dynamodblake/shaded/picocli/"));
      assertThat(classes).noneMatch(name -> name.startsWith("io/dynamodblake/testing/"));
      assertThat(classes)
          .contains("io/dynamodblake/shaded/awssdk/services/dynamodb/DynamoDbClient.class")
          .noneMatch(name -> name.contains("/awssdk/http/apache"));
      assertThat(text(jar, "META-INF/services/io.dynamodblake.shaded.awssdk.http.SdkHttpService"))
          .contains("\nio.dynamodblake.shaded.awssdk.http.urlconnection.")
          .doesNotContain("http.apache", "software.amazon");
      assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
          .isEqualTo("io.dynamodblake.job.Main");
      assertThat(text(jar, "META-INF/LICENSE"))
          .startsWith(Files.readString(Path.of("..", "LICENSE")))
          .contains("MIT No Attribution");
      assertThat(text(jar, "META-INF/NOTICE"))
          .contains("dynamodb-lake", "AWS SDK for Java 2.0", "Jackson JSON processor");
      assertThat(
              text(jar, "META-INF/services/org.apache.spark.sql.sources.DataSourceRegister")
                  .lines())
          .containsExactlyInAnyOrder(
              "io.dynamodblake.lake.source.LakeSource",
              "io.dynamodblake.spark.source.ExportTableProvider",
              "io.dynamodblake.spark.write.ImportSource");
    }
  }

  @Test
  void flattensUnderSparkSubmitWithTheSettingsForAClusterAndNothingButSpark() throws Exception {
    Path export = export();
    Path lake = temp.resolve("lake");

    LocalClusterSession.Result result =
        LocalClusterSession.submit(
            Path.of("..", "conf", "cluster", "spark-defaults.conf").toAbsolutePath().normalize(),
            JAR,
            "io.dynamodblake.job.Main",
            "flatten",
            export.toString(),
            "--to",
            lake.toString(),
            "--table",
            "orders");

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(SparkTest.session().read().parquet(snapshot(lake)).count()).isEqualTo(2);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void theLauncherFlattensFromAnyFolder() throws Exception {
    Path export = export();

    Outcome outcome = launch("flatten", export.toString(), "--to", "my lake", "--table", "orders");

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.errors()).doesNotContain("WARN", "Exception");
    assertThat(SparkTest.session().read().parquet(snapshot(temp.resolve("my lake"))).count())
        .isEqualTo(2);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void theLauncherPassesTheExitCodeOn() throws Exception {
    Outcome outcome = launch("flattten");

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.errors()).contains("flattten");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void theLauncherHasTheJvmReadClassesFromAnArchive() throws Exception {
    Path loaded = temp.resolve("classes.log");
    String options =
        String.join(" ", ChildProcess.SHORT_LIVED) + " -Xlog:class+load:file=" + loaded;

    Outcome outcome = launch(Map.of("JAVA_TOOL_OPTIONS", options), "--version");

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(Files.readString(loaded))
        .containsPattern("io\\.dynamodblake\\.job\\.Main source: shared objects file \\(top\\)");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void theLauncherCallsAwsAndS3WithAnSdkEach() throws Exception {
    try (FakeAws aws = FakeAws.answering(JobJarIT::exports)) {
      Path profile = temp.resolve("config");
      Files.writeString(
          profile,
          """
          [profile base]
          aws_access_key_id = AKIDBASE
          aws_secret_access_key = not-a-secret
          [profile lake]
          region = eu-west-1
          role_arn = arn:aws:iam::111122223333:role/lake
          source_profile = base
          """);
      Map<String, String> environment =
          Map.of(
              "AWS_CONFIG_FILE",
              profile.toString(),
              "AWS_ENDPOINT_URL",
              aws.address().toString(),
              "AWS_EC2_METADATA_DISABLED",
              "true");

      Outcome outcome = launch(environment, "exports", "--profile", "lake", "--json");

      assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
      assertThat(outcome.output()).contains("table/orders/export/01731900000000-0a1b2c3d");
      assertThat(outcome.errors()).doesNotContain("WARN", "Exception", "not-a-secret");
      assertThat(aws.requests())
          .extracting(FakeAws.Request::operation)
          .containsExactly("AssumeRole", "ListExports");
      assertThat(aws.requests().get(1).authorization())
          .contains("Credential=ASIAROLE/", "/eu-west-1/dynamodb/");
    }
  }

  private static FakeAws.Answer exports(FakeAws.Request request) {
    return FakeAws.Answer.of(
        request.operation().equals("AssumeRole")
            ? FakeAws.ROLE_CREDENTIALS
            : """
              {"ExportSummaries":[{"ExportArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/orders/export/01731900000000-0a1b2c3d",
              "ExportStatus":"COMPLETED"}]}""");
  }

  private Path export() throws IOException {
    return ExportFixture.in(temp).file(ITEMS.split("\n")).write();
  }

  private static String snapshot(Path lake) throws IOException {
    try (Stream<Path> entries = Files.list(lake)) {
      return entries
          .filter(entry -> entry.getFileName().toString().startsWith("snapshot="))
          .collect(Collectors.toList())
          .get(0)
          .toString();
    }
  }

  private record Outcome(int exitCode, String output, String errors) {}

  private Outcome launch(String... arguments) throws Exception {
    return launch(Map.of(), arguments);
  }

  private Outcome launch(Map<String, String> more, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of("..", "bin", "dynamodb-lake").toAbsolutePath().normalize().toString());
    command.addAll(List.of(arguments));
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "JAVA_TOOL_OPTIONS",
                String.join(" ", ChildProcess.SHORT_LIVED),
                "DYNAMODB_LAKE_MEMORY",
                "768m",
                "DYNAMODB_LAKE_CORES",
                "2"));
    environment.putAll(more);
    try (ChildProcess process = ChildProcess.start(temp, environment, command)) {
      int exitCode = process.exitCode(Duration.ofMinutes(4));
      return new Outcome(exitCode, process.output(), process.errors());
    }
  }

  private static String text(JarFile jar, String name) throws IOException {
    ZipEntry entry = jar.getEntry(name);
    assertThat(entry).as(name).isNotNull();
    try (InputStream input = jar.getInputStream(entry)) {
      return new String(input.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
