package io.dynamodblake.io.hadoop;

import io.dynamodblake.io.WrongPlaceException;
import java.util.List;

/**
 * What looks like a path and is none: addresses of the web, for which Hadoop has file systems that
 * can neither list nor write, and names that no bucket has.
 */
final class WebAddresses {
  private static final List<String> SCHEMES = List.of("http://", "https://", "ftp://");

  private WebAddresses() {}

  /**
   * Lets any other path pass.
   *
   * @throws WrongPlaceException if it is one; the message does not show it, for it may hold a
   *     signature
   */
  static void refuse(String path) {
    for (String scheme : SCHEMES) {
      if (path.regionMatches(true, 0, scheme, 0, scheme.length())) {
        throw new WrongPlaceException(
            "Cannot use an address that begins with "
                + scheme
                + " as a path; give s3://bucket/key for what lies in a bucket, or a local folder");
      }
    }
  }

  /** The refusal of a text from which no path can be made, on one line. */
  static WrongPlaceException noPath(String text) {
    return new WrongPlaceException(
        "Cannot use '%s' as a path; give one such as s3://bucket/prefix, with a name that a bucket can have, or a local folder"
            .formatted(text.replaceAll("\\p{Cntrl}", "?")));
  }
}
