package io.dynamodblake.type;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What S3 takes for the name of a bucket and for a key, and what people often write instead. */
public final class S3Names {
  /** The most bytes of UTF-8 that a key has. */
  public static final int MOST_KEY_BYTES = 1024;

  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern FOUR_NUMBERS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");
  private static final List<String> RESERVED_BEGINNINGS = List.of("xn--", "sthree-");
  private static final List<String> RESERVED_ENDS =
      List.of("--ol-s3", ".mrap", "--x-s3", "--table-s3");
  private static final Pattern URI = Pattern.compile("[sS]3[an]?://([^/]*)/*(.*)", Pattern.DOTALL);
  private static final Pattern ARN =
      Pattern.compile("arn:[^:]*:s3:::([^/]*)/*(.*)", Pattern.DOTALL);

  private S3Names() {}

  /** A bucket and a prefix in it, which is empty for the whole bucket. */
  private record Place(String bucket, String prefix) {}

  /**
   * Returns why no bucket can have this name, with what to give instead where that can be known, as
   * the end of a message; empty if it is a name that a bucket can have.
   *
   * @param prefixOption how the user gives the prefix, for a name that has one behind it
   */
  public static Optional<String> bucketDefect(String name, String prefixOption) {
    Optional<Place> place = place(name);
    if (place.isPresent()) {
      return Optional.of(instead(place.get(), prefixOption));
    }
    if (name.startsWith("arn:")) {
      return Optional.of("an ARN is no name of a bucket; give the name alone");
    }
    if (isBucket(name)) {
      return Optional.empty();
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (isBucket(lower)) {
      return Optional.of("names of buckets have no capitals; give %s".formatted(lower));
    }
    return Optional.of(
        "the name of a bucket has 3 to 63 of a-z, 0-9, . and -, begins and ends with a letter or"
            + " digit, and is not one that S3 keeps for itself");
  }

  /** What somebody meant who wrote more than the name. */
  private static Optional<Place> place(String text) {
    for (Pattern pattern : List.of(URI, ARN)) {
      Matcher matcher = pattern.matcher(text);
      if (matcher.matches()) {
        return Optional.of(new Place(matcher.group(1), matcher.group(2)));
      }
    }
    int slash = text.indexOf('/');
    return slash > 0
        ? Optional.of(
            new Place(text.substring(0, slash), text.substring(slash).replaceFirst("^/+", "")))
        : Optional.empty();
  }

  private static String instead(Place place, String prefixOption) {
    String bucket = place.bucket().toLowerCase(Locale.ROOT);
    if (!isBucket(bucket)) {
      return "this is more than the name of a bucket; give the name alone";
    }
    return "this is more than the name of a bucket; give %s%s"
        .formatted(
            bucket,
            place.prefix().isEmpty()
                ? ""
                : ", and %s %s".formatted(prefixOption, folder(place.prefix())));
  }

  private static String folder(String prefix) {
    return prefix.endsWith("/") ? prefix : prefix + "/";
  }

  private static boolean isBucket(String name) {
    return BUCKET.matcher(name).matches()
        && !name.contains("..")
        && !FOUR_NUMBERS.matcher(name).matches()
        && RESERVED_BEGINNINGS.stream().noneMatch(name::startsWith)
        && RESERVED_ENDS.stream().noneMatch(name::endsWith);
  }

  /**
   * Returns why objects cannot lie under this prefix, as the end of a message; empty if they can.
   *
   * @param behind what stands behind the prefix in the keys
   */
  public static Optional<String> prefixDefect(String prefix, String behind) {
    Optional<Place> place = prefix.matches("(?s)([sS]3[an]?://|arn:).*") ? place(prefix) : empty();
    if (place.isPresent()) {
      return Optional.of(
          "a prefix begins behind the bucket and its slash%s"
              .formatted(
                  place.get().prefix().isEmpty()
                      ? ""
                      : "; give %s".formatted(folder(place.get().prefix()))));
    }
    if (prefix.startsWith("/")) {
      String rest = prefix.replaceFirst("^/+", "");
      return Optional.of(
          "a slash at its beginning is part of every key%s"
              .formatted(rest.isEmpty() ? "" : "; give %s".formatted(rest)));
    }
    int bytes = (prefix + behind).getBytes(StandardCharsets.UTF_8).length;
    return bytes <= MOST_KEY_BYTES
        ? Optional.empty()
        : Optional.of(
            "with %s behind it, as the names of the files begin, it has %,d bytes, and S3 takes %,d"
                .formatted(behind, bytes, MOST_KEY_BYTES));
  }

  private static Optional<Place> empty() {
    return Optional.empty();
  }
}
