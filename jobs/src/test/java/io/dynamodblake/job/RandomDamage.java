package io.dynamodblake.job;

import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.testing.ExportFixture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * One damage to the files of an export or of a lake table: to bytes, to files, to the numbers of
 * documents, to lines, to the places of files. Afterwards checksums may be made to fit again, as by
 * somebody who repairs what a tool has complained of.
 */
final class RandomDamage {
  private static final Pattern NUMBER = Pattern.compile("(?<=:) ?\\d+(?=[,}\\s])");
  private static final Pattern LISTED =
      Pattern.compile("\"name\" : \"([^\"]*)\",\\s*\"length\" : (\\d+)");

  private final Path root;
  private final Random random;

  RandomDamage(Path root, Random random) {
    this.root = root;
    this.random = random;
  }

  /** Damages something, and says what. */
  String once() throws IOException {
    String what =
        switch (random.nextInt(5)) {
          case 0 -> number();
          case 1 -> exchange();
          case 2 -> line();
          default -> bytes();
        };
    return random.nextBoolean() ? what + seal() : what;
  }

  private List<Path> files(Predicate<String> names) throws IOException {
    try (Stream<Path> found = Files.walk(root)) {
      return found
          .filter(Files::isRegularFile)
          .filter(file -> names.test(file.getFileName().toString()))
          .sorted()
          .toList();
    }
  }

  private Path any(List<Path> files) {
    return files.get(random.nextInt(files.size()));
  }

  private static boolean isData(String name) {
    return name.endsWith(".gz") || name.endsWith(".parquet");
  }

  private String of(Path file) {
    return " of " + root.relativize(file);
  }

  /** A count, a length, a version: any number of a document. */
  private String number() throws IOException {
    Path file = any(files(name -> name.endsWith(".json")));
    String text = Files.readString(file);
    List<MatchResult> numbers = NUMBER.matcher(text).results().toList();
    if (numbers.isEmpty()) {
      return "nothing" + of(file);
    }
    MatchResult number = numbers.get(random.nextInt(numbers.size()));
    long before = Long.parseLong(number.group().strip());
    long after =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> before + 1;
          case 2 -> Math.max(0, before - 1);
          default -> before * 10 + random.nextInt(10);
        };
    Files.writeString(
        file, text.substring(0, number.start()) + after + text.substring(number.end()));
    return "%d instead of %d at %d%s".formatted(after, before, number.start(), of(file));
  }

  /** Data files in each other's place, those of other snapshots among them; a folder renamed. */
  private String exchange() throws IOException {
    List<Path> data = files(RandomDamage::isData);
    Path file = any(data);
    Path other = any(data);
    switch (random.nextInt(3)) {
      case 0 -> {
        return swap(file, other);
      }
      case 1 -> {
        return copy(other, file);
      }
      default -> {
        Path folder = file.getParent();
        Path otherFolder = other.getParent();
        if (folder.equals(otherFolder) || folder.startsWith(otherFolder)) {
          Files.move(file, file.resolveSibling("0" + file.getFileName()));
          return "renamed" + of(file);
        }
        if (otherFolder.startsWith(folder)) {
          return "nothing";
        }
        Path aside = Files.createTempDirectory(root.getParent(), "aside").resolve("folder");
        Files.move(folder, aside);
        Files.move(otherFolder, folder);
        Files.move(aside, otherFolder);
        return "folder changed places with " + root.relativize(otherFolder) + of(folder);
      }
    }
  }

  private String swap(Path file, Path other) throws IOException {
    byte[] first = Files.readAllBytes(other);
    Files.write(other, Files.readAllBytes(file));
    Files.write(file, first);
    return "changed places with " + root.relativize(other) + of(file);
  }

  private String copy(Path other, Path file) throws IOException {
    if (!file.equals(other)) {
      Files.copy(other, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return "became " + root.relativize(other) + of(file);
  }

  /** A line that is gone, cut, twice, or stands for another, in a file that is whole. */
  private String line() throws IOException {
    List<Path> data = files(name -> name.endsWith(".gz"));
    if (data.isEmpty()) {
      return exchange(); // a lake table
    }
    Path file = any(data);
    byte[] text;
    try (GZIPInputStream gzip =
        new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
      text = gzip.readAllBytes();
    }
    List<String> lines = new ArrayList<>(new String(text, StandardCharsets.UTF_8).lines().toList());
    if (lines.size() < 2) {
      return "nothing" + of(file);
    }
    int at = random.nextInt(lines.size());
    String line = lines.get(at);
    String what =
        switch (random.nextInt(4)) {
          case 0 -> {
            lines.remove(at);
            yield "gone";
          }
          case 1 -> {
            lines.set(at, line.substring(0, random.nextInt(line.length())));
            yield "cut";
          }
          case 2 -> {
            lines.add(random.nextInt(lines.size() + 1), line);
            yield "twice";
          }
          default -> {
            lines.set((at + 1) % lines.size(), line);
            yield "in the place of the next";
          }
        };
    String whole = String.join("\n", lines) + "\n";
    Files.write(file, ExportFixture.gzip(whole.getBytes(StandardCharsets.UTF_8)));
    return "line %d %s%s".formatted(at, what, of(file));
  }

  private String bytes() throws IOException {
    List<Path> files = files(name -> true);
    Path file = any(files);
    Path other = any(files);
    byte[] bytes = Files.readAllBytes(file);
    int at = random.nextInt(Math.max(1, bytes.length));
    switch (random.nextInt(9)) {
      case 0 -> {
        return "nothing";
      }
      case 1 -> {
        Files.delete(file);
        return "missing" + of(file);
      }
      case 2 -> {
        Files.write(file, Arrays.copyOf(bytes, at));
        return "cut after " + at + of(file);
      }
      case 3 -> {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(40));
        if (random.nextBoolean()) {
          for (int i = bytes.length; i < longer.length; i++) {
            longer[i] = (byte) random.nextInt();
          }
        }
        Files.write(file, longer);
        return "longer" + of(file);
      }
      case 4 -> {
        return copy(other, file);
      }
      case 5 -> {
        return swap(file, other);
      }
      case 6 -> {
        Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(512)), (byte) 0);
        Files.write(file, bytes);
        return "zeros from " + at + of(file);
      }
      default -> {
        if (bytes.length == 0) {
          return "nothing" + of(file);
        }
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bytes);
        return "another bit at " + at + of(file);
      }
    }
  }

  // ---- checksums that fit again

  private String seal() throws IOException {
    for (Path manifest : files(name -> name.equals("manifest-files.json"))) {
      StringBuilder sealed = new StringBuilder();
      for (String line :
          new String(Files.readAllBytes(manifest), StandardCharsets.ISO_8859_1).split("(?<=\n)")) {
        sealed.append(sealedLine(manifest.getParent(), line));
      }
      Files.write(manifest, sealed.toString().getBytes(StandardCharsets.ISO_8859_1));
    }
    for (Path checksum : files(name -> name.endsWith(".md5"))) {
      String stem = checksum.getFileName().toString().replace(".md5", "");
      Path manifest = checksum.resolveSibling(stem + ".json");
      if (Files.exists(manifest)) {
        Files.writeString(checksum, ExportFixture.md5(Files.readAllBytes(manifest)));
      }
    }
    for (Path list : files(name -> name.equals("_files.json"))) {
      sealList(list);
    }
    return ", sealed again";
  }

  /** A line of manifest-files.json with the checksum of the file that lies there now. */
  private static String sealedLine(Path export, String line) throws IOException {
    Matcher key = Pattern.compile("\"dataFileS3Key\":\"[^\"]*/(data/[^\"/]*)\"").matcher(line);
    Optional<Path> file = key.find() ? Optional.of(export.resolve(key.group(1))) : Optional.empty();
    return file.isPresent() && Files.exists(file.get())
        ? line.replaceAll(
            "(?<=\"md5Checksum\":\")[^\"]*",
            Matcher.quoteReplacement(ExportFixture.md5(Files.readAllBytes(file.get()))))
        : line;
  }

  /**
   * Lengths in a snapshot's list of files, and the fingerprint that the pointer has of the list.
   */
  private void sealList(Path list) throws IOException {
    String now = new String(Files.readAllBytes(list), StandardCharsets.ISO_8859_1);
    StringBuilder sealed = new StringBuilder();
    Matcher listed = LISTED.matcher(now);
    while (listed.find()) {
      Path file = list.resolveSibling(listed.group(1));
      String length = Files.exists(file) ? String.valueOf(Files.size(file)) : listed.group(2);
      listed.appendReplacement(
          sealed,
          Matcher.quoteReplacement(
              "\"name\" : \"%s\",\n    \"length\" : %s".formatted(listed.group(1), length)));
    }
    listed.appendTail(sealed);
    Files.write(list, sealed.toString().getBytes(StandardCharsets.ISO_8859_1));
    Path pointer = root.resolve("_dynamodb/current.json");
    if (!Files.exists(pointer)) {
      return;
    }
    String text = new String(Files.readAllBytes(pointer), StandardCharsets.ISO_8859_1);
    String id = list.getParent().getFileName().toString().replace("snapshot=", "");
    int from = text.indexOf('"' + id + '"');
    Matcher known = Pattern.compile("(?<=\"filesFingerprint\" : \")[^\"]*").matcher(text);
    if (from >= 0 && known.find(from)) {
      String fingerprint = Fingerprint.of(Files.readString(list, StandardCharsets.ISO_8859_1));
      Files.write(
          pointer,
          (text.substring(0, known.start()) + fingerprint + text.substring(known.end()))
              .getBytes(StandardCharsets.ISO_8859_1));
    }
  }
}
