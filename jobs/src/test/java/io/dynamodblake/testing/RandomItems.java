package io.dynamodblake.testing;

import io.dynamodblake.type.DynamoNumber;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Random DynamoDB items: all descriptors, hostile names, numbers at the edges, rendered as JSON in
 * any legal way (whitespace, escapes). The same seed gives the same items.
 */
public final class RandomItems {
  private static final String[] NAMES = {
    "pk",
    "sk",
    "total",
    "Total",
    "created_at",
    "a.b",
    "it's",
    "back\\slash",
    "[0]",
    "größe",
    "✓",
    "",
    "select",
    "1st",
    "ddb_rescued",
    "tab\there",
    "a rather long attribute name that needs more than eight bytes"
  };
  private static final String[] TEXTS = {
    "",
    "x",
    "hello world, this is text",
    "quote \" here",
    "back \\ slash",
    "line\nbreak",
    "ümläut ✓ 😀",
    "\u0001",
    "/",
    "12",
    "{}",
    "exactly8",
    "sixteen letters!",
    "2026-11-18",
    "2026-11-18T03:20:00Z",
    "0001-01-01T00:00:00.001Z",
    "2026-11-18T03:20:00.120Z",
    "1969-12-31T23:59:59.000Z",
    "2026-11-18 03:20+01:30",
    "2026-11-18T03:20:00.123456Z",
    "Wed, 18 Nov 2026 03:20:00 GMT"
  };

  private final Random random;
  private final boolean plain;

  private RandomItems(Random random, boolean plain) {
    this.random = random;
    this.plain = plain;
  }

  /** The names of which attributes and map keys are taken. */
  static String[] names() {
    return NAMES.clone();
  }

  /** Items rendered in any legal way. */
  public static RandomItems any(long seed) {
    return new RandomItems(new Random(seed), false);
  }

  /** Items rendered as DynamoDB renders them. */
  public static RandomItems plain(long seed) {
    return new RandomItems(new Random(seed), true);
  }

  /** A line of a full export. */
  public String line() {
    StringBuilder json = new StringBuilder();
    white(json).append('{');
    if (!plain && random.nextInt(8) == 0) {
      string(white(json), "Other");
      white(json).append(':');
      white(json).append(random.nextBoolean() ? "[1,{\"a\":null}]" : "-1.5e3");
      white(json).append(',');
    }
    string(white(json), "Item");
    white(json).append(':');
    white(json);
    map(json, 0);
    white(json).append('}');
    return white(json).toString();
  }

  /** Attributes without the line around them, the given ones among them. */
  String attributes(String given) {
    StringBuilder json = new StringBuilder();
    map(json, 0);
    String rest = json.substring(1).stripLeading();
    return "{" + given + (rest.startsWith("}") ? "" : ",") + rest;
  }

  private void map(StringBuilder json, int depth) {
    Map<String, Boolean> names = new LinkedHashMap<>();
    int size = random.nextInt(depth == 0 ? 12 : 4);
    for (int i = 0; i < size; i++) {
      names.put(NAMES[random.nextInt(NAMES.length)], true);
    }
    json.append('{');
    String comma = "";
    for (String name : names.keySet()) {
      json.append(comma);
      string(white(json), name);
      white(json).append(':');
      white(json);
      value(json, depth);
      white(json);
      comma = ",";
    }
    white(json).append('}');
  }

  private void value(StringBuilder json, int depth) {
    int kind = random.nextInt(depth >= 4 ? 8 : 10);
    String descriptor =
        new String[] {"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"}[kind];
    json.append('{');
    string(white(json), descriptor);
    white(json).append(':');
    white(json);
    switch (descriptor) {
      case "S" -> string(json, text());
      case "N" -> string(json, number());
      case "B" -> string(json, base64());
      case "BOOL" -> json.append(random.nextBoolean());
      case "NULL" -> json.append("true");
      case "SS", "NS", "BS" -> set(json, descriptor);
      case "L" -> list(json, depth + 1);
      default -> map(json, depth + 1);
    }
    white(json).append('}');
  }

  private void set(StringBuilder json, String descriptor) {
    List<String> members = new ArrayList<>();
    Set<String> values = new HashSet<>(); // 7 and 7.0 are one number
    int size = 1 + random.nextInt(3);
    while (members.size() < size) {
      String member =
          switch (descriptor) {
            case "SS" -> text();
            case "NS" -> number();
            default -> base64();
          };
      boolean number = descriptor.equals("NS");
      if (values.add(number ? DynamoNumber.canonical(new BigDecimal(member)) : member)) {
        members.add(member);
      }
    }
    json.append('[');
    String comma = "";
    for (String member : members) {
      json.append(comma);
      string(white(json), member);
      white(json);
      comma = ",";
    }
    json.append(']');
  }

  private void list(StringBuilder json, int depth) {
    json.append('[');
    String comma = "";
    for (int i = random.nextInt(4); i > 0; i--) {
      white(json.append(comma));
      value(json, depth);
      white(json);
      comma = ",";
    }
    white(json).append(']');
  }

  private String text() {
    return TEXTS[random.nextInt(TEXTS.length)];
  }

  private String base64() {
    byte[] bytes = new byte[random.nextInt(9)];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private String number() {
    return switch (random.nextInt(10)) {
      case 0 -> "0";
      case 1 -> String.valueOf(random.nextInt(1000));
      case 2 -> String.valueOf(random.nextLong());
      case 3 ->
          new BigDecimal(BigInteger.valueOf(random.nextInt()), random.nextInt(6)).toPlainString();
      case 4 -> digits(1 + random.nextInt(38));
      case 5 ->
          new BigDecimal(new BigInteger(digits(1 + random.nextInt(38))), random.nextInt(100))
              .toString();
      case 6 -> digits(1 + random.nextInt(5)) + "E+" + random.nextInt(100);
      case 7 -> "-" + digits(19);
      case 8 ->
          List.of(
                  "9223372036854775807",
                  "-9223372036854775808",
                  "9223372036854775808",
                  "1E-130",
                  "-0",
                  "1.50",
                  "007",
                  "9.9999999999999999999999999999999999999E+125",
                  "0.00",
                  "100",
                  "1e2")
              .get(random.nextInt(11));
      default ->
          new BigDecimal(BigInteger.valueOf(random.nextLong()), random.nextInt(19)).toPlainString();
    };
  }

  private String digits(int count) {
    StringBuilder digits = new StringBuilder();
    digits.append((char) ('1' + random.nextInt(9)));
    while (digits.length() < count) {
      digits.append((char) ('0' + random.nextInt(10)));
    }
    return digits.toString();
  }

  private StringBuilder white(StringBuilder json) {
    if (!plain && random.nextInt(6) == 0) {
      json.append(" \t\r".charAt(random.nextInt(3)));
    }
    return json;
  }

  private void string(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      if (!plain && random.nextInt(20) == 0) {
        json.append(String.format("\\u%04" + (random.nextBoolean() ? "x" : "X"), (int) letter));
        if (Character.isHighSurrogate(letter)) {
          json.append(String.format("\\u%04x", (int) text.charAt(++i)));
        }
      } else if (Character.isHighSurrogate(letter)) {
        json.append(letter).append(text.charAt(++i));
      } else if (letter == '"' || letter == '\\') {
        json.append('\\').append(letter);
      } else if (letter == '/' && !plain && random.nextBoolean()) {
        json.append("\\/");
      } else if (letter == '\n') {
        json.append("\\n");
      } else if (letter == '\t') {
        json.append("\\t");
      } else if (letter < ' ') {
        json.append(String.format("\\u%04x", (int) letter));
      } else {
        json.append(letter);
      }
    }
    json.append('"');
  }
}
