package io.dynamodblake.document;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Writes HTML element by element. Whatever is text or the value of an attribute is escaped here, so
 * that nobody else has to think of it; tags and names of attributes are constants of the caller.
 */
public final class HtmlWriter {
  private final StringBuilder html = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();
  private final UnaryOperator<String> printable;

  /**
   * @param printable makes visible what a browser would obey or hide, such as characters that turn
   *     the direction of writing
   */
  public HtmlWriter(UnaryOperator<String> printable) {
    this.printable = Objects.requireNonNull(printable, "printable is null");
    html.append("<!doctype html>\n");
  }

  /**
   * Begins an element.
   *
   * @param attributes names and values in turn; an empty value is written as the name alone
   */
  public HtmlWriter open(String tag, String... attributes) {
    start(tag, attributes);
    open.push(tag);
    return this;
  }

  /** Ends the element that was begun last. */
  public HtmlWriter close() {
    html.append("</").append(open.pop()).append('>');
    return this;
  }

  /** Writes text. */
  public HtmlWriter text(String text) {
    html.append(HtmlPage.escape(printable.apply(text)));
    return this;
  }

  /** Writes an element that holds text only. */
  public HtmlWriter element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** Writes an element that holds nothing and has no end, such as {@code br}. */
  public HtmlWriter single(String tag, String... attributes) {
    start(tag, attributes);
    return this;
  }

  /**
   * Writes {@code style} or {@code script}, in which nothing is escaped.
   *
   * @param constant ours, without any data in it
   */
  public HtmlWriter constant(String tag, String constant) {
    if (constant.contains("</")) {
      throw new IllegalArgumentException("Text of %s must not end an element".formatted(tag));
    }
    html.append('<').append(tag).append('>').append(constant);
    html.append("</").append(tag).append(">\n");
    return this;
  }

  /** Begins a new line, where that changes nothing. */
  public HtmlWriter line() {
    html.append('\n');
    return this;
  }

  /** Returns the page; every element that was begun has ended. */
  public String page() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("Not ended: " + open);
    }
    return html.append('\n').toString();
  }

  private void start(String tag, String... attributes) {
    html.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      html.append(' ').append(attributes[i]);
      if (!attributes[i + 1].isEmpty()) {
        html.append("=\"").append(HtmlPage.escape(printable.apply(attributes[i + 1]))).append('"');
      }
    }
    html.append('>');
  }
}
