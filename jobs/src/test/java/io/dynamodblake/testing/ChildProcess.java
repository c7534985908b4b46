package io.dynamodblake.testing;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A Java process that a test starts, with its output in files, and that never outlives the test.
 */
public final class ChildProcess implements AutoCloseable {
  /** For a JVM that lives for seconds: what it saves by better code, it does not get back. */
  static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private final Process process;
  private final Path output;
  private final Path errors;
  private final Thread hook;

  private ChildProcess(Process process, Path output, Path errors) {
    this.process = process;
    this.output = output;
    this.errors = errors;
    this.hook = new Thread(this::kill);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts this JVM's own {@code java} with the arguments, in the folder, which has to exist. */
  public static ChildProcess java(
      Path folder, Map<String, String> environment, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SHORT_LIVED);
    command.addAll(arguments);
    return start(folder, environment, command);
  }

  /**
   * Starts a program with a small Spark of its own, on the class path of this test.
   *
   * @param properties of the system, as {@code -Dkey=value}; they win over those given here
   */
  public static ChildProcess spark(
      Path folder, List<String> properties, Class<?> main, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("-Xmx512m"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Dspark.master=local[1]",
            "-Dspark.app.name=" + main.getSimpleName(),
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1"));
    command.addAll(properties);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return java(folder, Map.of(), command);
  }

  /** Starts a command in the folder, which has to exist. */
  static ChildProcess start(Path folder, Map<String, String> environment, List<String> command)
      throws IOException {
    Path output = Files.createTempFile(folder, "stdout", ".txt");
    Path errors = Files.createTempFile(folder, "stderr", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(folder.toFile());
    builder.environment().putAll(environment);
    builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
    return new ChildProcess(builder.start(), output, errors);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Tells it to stop, as Ctrl-C does. */
  public void interrupt() throws IOException, InterruptedException {
    signal("INT");
  }

  /** Holds it wherever it is, as a machine that is suspended or swaps, until it is thawed. */
  public void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets it go on after {@link #freeze()}. */
  public void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  /** Waits for the end; a process that takes longer is killed, which fails the test. */
  public int exitCode(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
      kill();
      throw new AssertionError("Process not done after " + limit + ":\n" + errors());
    }
    return process.exitValue();
  }

  public String output() {
    return read(output);
  }

  public String errors() {
    return read(errors);
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(cannot read " + file + ")";
    }
  }
}
