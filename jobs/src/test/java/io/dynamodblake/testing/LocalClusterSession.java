package io.dynamodblake.testing;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Runs a main class on a Spark cluster of several JVMs on this machine: the driver in one process,
 * two executors of one core in two more, as a standalone cluster starts them. What is not
 * serialized, or lives in a static field of the driver, is missing there as it would be on EMR.
 *
 * <p>The executors see Spark's jars, our classes and the test classes, nothing else.
 */
public final class LocalClusterSession {
  /** The setting with options of the executors' JVMs, which get them besides their own. */
  public static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";

  private static final Path TARGET = BuildFolder.PATH;
  private static final Duration LIMIT = Duration.ofMinutes(4);

  private LocalClusterSession() {}

  /** How the driver ended. */
  public record Result(int exitCode, String output, String errors) {}

  /**
   * Runs {@code mainClass} with the arguments; it finds the cluster through {@code getOrCreate}.
   */
  public static Result run(Class<?> mainClass, String... arguments)
      throws IOException, InterruptedException {
    return run(Map.of(), mainClass, arguments);
  }

  /** Runs {@code mainClass} with further Spark settings, such as {@code spark.hadoop.*}. */
  public static Result run(Map<String, String> settings, Class<?> mainClass, String... arguments)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("local-cluster");
    Path home = sparkHome(folder);
    Map<String, String> all = new TreeMap<>(clusterSettings(folder));
    all.put("spark.executor.extraClassPath", ownClassPath());
    all.putAll(settings);
    all.put(
        EXECUTOR_OPTIONS,
        executorOptions(folder) + " " + settings.getOrDefault(EXECUTOR_OPTIONS, ""));
    List<String> command = new ArrayList<>(jvmOptions(folder));
    all.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add("-cp");
    command.add(ownClassPath() + File.pathSeparator + home.resolve("jars").resolve("*"));
    command.add(mainClass.getName());
    command.addAll(Arrays.asList(arguments));
    return end(folder, home, command);
  }

  /**
   * Runs a jar with {@code spark-submit}. Driver and executors see Spark's jars and nothing else;
   * Spark itself brings the jar to the executors.
   *
   * @param properties a file for {@code --properties-file}
   */
  public static Result submit(Path properties, Path jar, String mainClass, String... arguments)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("local-cluster");
    Path home = sparkHome(folder);
    List<String> command = new ArrayList<>(jvmOptions(folder));
    command.add("-cp");
    command.add(home.resolve("jars").resolve("*").toString());
    command.add("org.apache.spark.deploy.SparkSubmit");
    command.addAll(List.of("--properties-file", properties.toString()));
    clusterSettings(folder)
        .forEach((key, value) -> command.addAll(List.of("--conf", key + "=" + value)));
    command.addAll(List.of("--class", mainClass, jar.toString()));
    command.addAll(Arrays.asList(arguments));
    return end(folder, home, command);
  }

  private static Result end(Path folder, Path home, List<String> command)
      throws IOException, InterruptedException {
    Map<String, String> environment =
        Map.of("SPARK_HOME", home.toString(), "SPARK_SCALA_VERSION", "2.12");
    try (ChildProcess driver = ChildProcess.java(folder, environment, command)) {
      int exitCode = driver.exitCode(LIMIT);
      return new Result(exitCode, driver.output(), driver.errors());
    }
  }

  private static Map<String, String> clusterSettings(Path folder) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("spark.master", "local-cluster[2,1,768]");
    settings.put("spark.app.name", "dynamodb-lake cluster test");
    settings.put("spark.executor.memory", "768m");
    settings.put(EXECUTOR_OPTIONS, executorOptions(folder));
    // from the first task on there are both executors
    settings.put("spark.scheduler.minRegisteredResourcesRatio", "1.0");
    settings.put("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s");
    settings.put("spark.driver.host", "127.0.0.1");
    settings.put("spark.driver.bindAddress", "127.0.0.1");
    settings.put("spark.ui.enabled", "false");
    settings.put("spark.master.rest.enabled", "false");

    settings.put("spark.sql.warehouse.dir", folder.resolve("spark-warehouse").toString());
    settings.put("spark.sql.session.timeZone", "UTC");
    settings.put("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MILLIS");
    settings.put("spark.sql.shuffle.partitions", "4");
    return settings;
  }

  private static String executorOptions(Path folder) {
    return String.join(" ", ChildProcess.SHORT_LIVED) + " -Djava.io.tmpdir=" + folder;
  }

  /** A folder as Spark's distribution has it, because workers look there for Spark's jars. */
  private static Path sparkHome(Path folder) throws IOException {
    Path home = Files.createDirectory(folder.resolve("spark"));
    Path jars = Files.createDirectory(home.resolve("jars"));
    String provided =
        Files.readString(TARGET.resolve("laptop.classpath"), StandardCharsets.UTF_8).strip();
    for (String jar : provided.split(File.pathSeparator)) {
      Path source = Path.of(jar);
      Files.createSymbolicLink(jars.resolve(source.getFileName()), source);
    }
    return home;
  }

  /** Our classes, those of the tests, and the libraries that the job jar brings along. */
  private static String ownClassPath() {
    String libraries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(
                entry ->
                    Path.of(entry)
                        .getFileName()
                        .toString()
                        .matches(
                            "(picocli|ion-java|dynamodb|glue|cloudwatch|cloudwatchlogs|sns|url-connection-client)-[0-9].*"))
            .collect(Collectors.joining(File.pathSeparator));
    return String.join(
        File.pathSeparator,
        TARGET.resolve("test-classes").toString(),
        TARGET.resolve("classes").toString(),
        libraries);
  }

  private static List<String> jvmOptions(Path folder) {
    List<String> options = new ArrayList<>(List.of("-Xmx768m", "-Djava.io.tmpdir=" + folder));
    // This JVM was opened for Spark as well
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-opens"))
        .forEach(options::add);
    return options;
  }
}
