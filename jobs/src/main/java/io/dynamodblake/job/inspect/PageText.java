package io.dynamodblake.job.inspect;

import io.dynamodblake.document.HtmlWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Names on a page: cut where they are endless, and broken between their words only. */
final class PageText {
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_LINE = 24; // what stands in one line wherever it stands

  private PageText() {}

  /** Writes a name, isolated from the direction in which the text around it is written. */
  static void name(HtmlWriter html, String name) {
    html.open("bdi");
    if (name.length() <= LONGEST_LINE) {
      html.text(name);
    } else {
      pieces(html, head(name, LONGEST_NAME));
    }
    html.close();
  }

  /** Writes a type, broken between its parts only. */
  static void type(HtmlWriter html, String type) {
    html.open("code");
    int from = 0;
    for (int i = 0; i < type.length() - 1; i++) {
      if (type.charAt(i) == '<') {
        html.text(type.substring(from, i + 1)).single("wbr");
        from = i + 1;
      }
    }
    html.text(type.substring(from)).close();
  }

  private static void pieces(HtmlWriter html, String name) {
    int from = 0;
    for (int i = 1; i < name.length(); i++) {
      char before = name.charAt(i - 1);
      char next = name.charAt(i);
      boolean mark = "._-/:#".indexOf(before) >= 0 && "._-/:#".indexOf(next) < 0;
      boolean hump = Character.isLowerCase(before) && Character.isUpperCase(next);
      if (mark || hump) {
        html.text(name.substring(from, i)).single("wbr");
        from = i;
      }
    }
    html.text(name.substring(from));
  }

  /** Returns the begin of a text that is too long, with how long it is. */
  static String head(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
    return "%s… (%,d characters)".formatted(text.substring(0, end), text.length());
  }

  /** Returns the end of a text that is too long. */
  static String tail(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    int from = text.length() - longest;
    return "…" + text.substring(Character.isLowSurrogate(text.charAt(from)) ? from + 1 : from);
  }

  /** Returns a file of the page's own. */
  static String resource(String name) {
    try (InputStream in = PageText.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read %s of the jar".formatted(name), e);
    }
  }
}
