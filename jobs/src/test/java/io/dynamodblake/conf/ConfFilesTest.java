package io.dynamodblake.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.s3a.S3AInstrumentation;
import org.apache.hadoop.fs.s3a.commit.magic.MagicCommitTrackerUtils;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.properties.PropertiesConfiguration;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.internal.SQLConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads every settings file under {@code conf/} the way Spark, Hadoop and Log4j do. */
class ConfFilesTest {

  private static final Path CONF = Path.of("..", "conf");

  @ParameterizedTest
  @ValueSource(strings = {"laptop", "cluster"})
  void sparkReadsEverySetting(String place) throws IOException {
    Map<String, String> settings = sparkDefaults(place);

    assertThat(settings).isNotEmpty();
    assertThat(settings).allSatisfy((key, value) -> assertThat(value).as(key).isNotBlank());
    assertThat(settings.keySet()).allMatch(key -> key.startsWith("spark."));
    SQLConf sql = new SQLConf();
    settings.forEach(
        (key, value) -> {
          if (key.startsWith("spark.sql.")) {
            assertThat(sql.isModifiable(key)).as(key).isTrue();
            sql.setConfString(key, value);
          }
        });
    assertThat(sql.sessionLocalTimeZone()).isEqualTo("UTC");
    assertThat(sql.parquetOutputTimestampType().toString()).isEqualTo("TIMESTAMP_MILLIS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"laptop", "cluster"})
  void everySettingIsGivenOnce(String place) throws IOException {
    List<String> keys = new ArrayList<>();
    for (String line : Files.readAllLines(file(place, "spark-defaults.conf"))) {
      if (line.startsWith("spark.")) {
        keys.add(line.split("\\s+", 2)[0]);
      }
    }

    assertThat(keys).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"laptop", "cluster"})
  void everyClassThatASettingNamesIsThere(String place) throws Exception {
    for (String value : sparkDefaults(place).values()) {
      for (String part : value.split(",")) {
        if (part.matches("(org|software|io|com)\\.[\\w.]+\\.[A-Z]\\w+")) {
          assertThat(Class.forName(part)).isNotNull();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"laptop", "cluster"})
  void s3AndS3aPathsMeanTheSame(String place) throws IOException {
    SparkConf conf = new SparkConf(false);
    sparkDefaults(place).forEach(conf::set);
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(conf);

    assertThat(FileSystem.getFileSystemClass("s3", hadoop))
        .isEqualTo(FileSystem.getFileSystemClass("s3a", hadoop));
    assertThat(hadoop.get("mapreduce.outputcommitter.factory.scheme.s3"))
        .isEqualTo(hadoop.get("mapreduce.outputcommitter.factory.scheme.s3a"))
        .endsWith("S3ACommitterFactory");
    assertThat(hadoop.get("fs.s3a.committer.name")).isEqualTo("magic");
    assertThat(MagicCommitTrackerUtils.isTrackMagicCommitsInMemoryEnabled(hadoop)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"laptop", "cluster"})
  void log4jWritesWarningsToStandardError(String place) throws IOException {
    try (InputStream input = Files.newInputStream(file(place, "log4j2.properties"));
        LoggerContext context = new LoggerContext("conf-test")) {
      PropertiesConfiguration configuration =
          new PropertiesConfigurationFactory()
              .getConfiguration(context, new ConfigurationSource(input));
      configuration.initialize();

      assertThat(configuration.getRootLogger().getLevel()).isEqualTo(Level.WARN);
      assertThat(configuration.getLoggerConfig(S3AInstrumentation.class.getName()).getLevel())
          .as("whoever loses a conditional write is told so by its error alone")
          .isEqualTo(Level.ERROR);
      assertThat(configuration.getRootLogger().getAppenders().values())
          .singleElement()
          .isInstanceOfSatisfying(
              ConsoleAppender.class,
              appender ->
                  assertThat(appender.getTarget()).isEqualTo(ConsoleAppender.Target.SYSTEM_ERR));
    }
  }

  @ParameterizedTest
  @CsvSource({"glue, glue", "rest, rest", "jdbc, jdbc", "s3tables, glue"})
  void settingsOfACatalogOfIcebergAreThoseOfOneThatIsThere(String file, String type)
      throws Exception {
    Map<String, String> settings = settings(CONF.resolve("iceberg").resolve(file + ".conf"));

    String catalog =
        settings.keySet().stream()
            .filter(key -> key.matches("spark[.]sql[.]catalog[.][a-z0-9]+"))
            .findFirst()
            .orElseThrow();
    assertThat(Class.forName(settings.get(catalog)).getSimpleName()).isEqualTo("SparkCatalog");
    assertThat(settings).containsEntry(catalog + ".type", type);
    assertThat(settings.keySet()).allMatch(key -> key.startsWith(catalog));
  }

  private static Map<String, String> sparkDefaults(String place) throws IOException {
    return settings(file(place, "spark-defaults.conf"));
  }

  private static Map<String, String> settings(Path file) throws IOException {
    Properties properties = new Properties();
    properties.load(Files.newBufferedReader(file, StandardCharsets.UTF_8));
    Map<String, String> settings = new TreeMap<>();
    for (String key : properties.stringPropertyNames()) {
      settings.put(key, properties.getProperty(key).strip());
    }
    return settings;
  }

  private static Path file(String place, String name) {
    return CONF.resolve(place).resolve(name);
  }
}
