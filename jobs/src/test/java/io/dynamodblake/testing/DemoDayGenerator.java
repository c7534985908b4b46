package io.dynamodblake.testing;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Makes the incremental export that {@code demo} carries with it: what changed in the shop of
 * {@link DemoExportGenerator} within the day after its export. Orders come, with an attribute that
 * no order had before, and move on; coupons are used up and leave their items; prices rise;
 * cancelled orders expire. The same bytes every time.
 */
public final class DemoDayGenerator {
  public static final String EXPORT_ID = "01731987300000-9f8e7d6c";

  private static final Instant FROM = DemoExportGenerator.EXPORT_TIME;
  private static final Instant TO = FROM.plus(Duration.ofDays(1));
  private static final List<String> DATA_FILES =
      List.of("m2n4p6q3r5s7t2u4v6w3x5y7z2", "h4j6k2l7m3n5p4q6r2s7t3u5v4");
  private static final int NEW_ORDERS = 60;
  private static final int NEW_CUSTOMERS = 4;
  private static final int DEARER = 6;
  private static final Map<String, String> NEXT =
      Map.of("PLACED", "PAID", "PAID", "SHIPPED", "SHIPPED", "DELIVERED");

  private final Random random = new Random(20_241_119L);
  private final Map<String, Map<String, String>> before = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> after = new LinkedHashMap<>();

  public DemoDayGenerator() {
    for (Map<String, String> item : new DemoExportGenerator().items()) {
      before.put(key(item), item);
      after.put(key(item), new LinkedHashMap<>(item));
    }
    expire();
    moveOn();
    raisePrices();
    come();
  }

  private static String key(Map<String, String> item) {
    return item.get("pk") + item.get("sk");
  }

  private Instant moment() {
    return FROM.plusMillis(
        (long) (random.nextDouble() * (TO.toEpochMilli() - FROM.toEpochMilli())));
  }

  private static boolean is(Map<String, String> item, String entity) {
    return item.get("entity").equals(DemoExportGenerator.s(entity));
  }

  /** Cancelled orders whose time to live has passed. */
  private void expire() {
    after
        .values()
        .removeIf(
            item ->
                item.containsKey("expiresAt")
                    && Long.parseLong(item.get("expiresAt").replaceAll("\\D", ""))
                        < TO.getEpochSecond());
  }

  /**
   * A third of the orders that are not delivered; one in ten of those that are paid is cancelled.
   */
  private void moveOn() {
    for (Map<String, String> item : after.values()) {
      String status = item.getOrDefault("status", "").replaceAll("\\{\"S\":\"|\"\\}", "");
      if (!NEXT.containsKey(status) || random.nextInt(3) > 0) {
        continue;
      }
      long now = moment().getEpochSecond();
      String next = NEXT.get(status);
      if (status.equals("PAID") && random.nextInt(10) == 0) {
        next = "CANCELLED";
        item.put("expiresAt", DemoExportGenerator.n(Long.toString(now + 90L * 86_400)));
      }
      item.put("status", DemoExportGenerator.s(next));
      item.put("updatedAt", DemoExportGenerator.n(Long.toString(now)));
      item.remove("coupon"); // used up
      if (next.equals("SHIPPED")) {
        Map<String, String> event = new LinkedHashMap<>();
        event.put("status", DemoExportGenerator.s("SHIPPED"));
        event.put("at", DemoExportGenerator.n(Long.toString(now)));
        item.put(
            "events",
            "{\"L\":["
                + DemoExportGenerator.s("packed")
                + ","
                + DemoExportGenerator.m(event)
                + "]}");
      }
    }
  }

  private void raisePrices() {
    List<Map<String, String>> products =
        after.values().stream().filter(item -> is(item, "product")).toList();
    for (int i = 0; i < DEARER; i++) {
      BigDecimal dearer = DemoExportGenerator.price(i * 20 + 1).add(BigDecimal.ONE);
      products.get(i * 20).put("price", DemoExportGenerator.n(dearer.toPlainString()));
    }
  }

  private void come() {
    DemoExportGenerator more = new DemoExportGenerator(20_241_119L);
    for (int i = 1; i <= NEW_CUSTOMERS; i++) {
      Map<String, String> item = more.customer(DemoExportGenerator.CUSTOMERS + i);
      item.put("createdAt", DemoExportGenerator.s(DemoExportGenerator.ISO.format(moment())));
      after.put(key(item), item);
    }
    for (int i = 1; i <= NEW_ORDERS; i++) {
      Map<String, String> item =
          more.order(
              DemoExportGenerator.ORDERS + i, moment(), random.nextInt(3) == 0 ? "PLACED" : "PAID");
      item.put("channel", DemoExportGenerator.s(random.nextInt(4) == 0 ? "web" : "app"));
      after.put(key(item), item);
    }
  }

  /** The table at the end of the day, as lines of a full export. */
  public List<String> items() {
    return after.values().stream()
        .map(item -> "{\"Item\":" + DemoExportGenerator.map(item) + "}")
        .toList();
  }

  /** Every object of the export by its path under {@code AWSDynamoDB/}. */
  public Map<String, byte[]> objects() {
    List<List<String>> lines = new ArrayList<>();
    DATA_FILES.forEach(file -> lines.add(new ArrayList<>()));
    Map<String, Map<String, String>> all = new LinkedHashMap<>(before);
    all.putAll(after);
    for (String key : all.keySet()) {
      Map<String, String> old = before.get(key);
      Map<String, String> now = after.get(key);
      if (old == null || !old.equals(now)) {
        int file = Math.floorMod(key.hashCode(), DATA_FILES.size());
        lines.get(file).add(line(old, now) + "\n");
      }
    }
    Map<String, byte[]> objects = new TreeMap<>();
    objects.put(EXPORT_ID + "/_started", new byte[0]);
    StringBuilder files = new StringBuilder();
    int total = 0;
    for (int i = 0; i < DATA_FILES.size(); i++) {
      String path = "data/" + DATA_FILES.get(i) + ".json.gz";
      byte[] stored =
          DemoExportGenerator.gzip(String.join("", lines.get(i)).getBytes(StandardCharsets.UTF_8));
      objects.put(path, stored);
      total += lines.get(i).size();
      files.append(
          "{\"itemCount\":%d,\"md5Checksum\":\"%s\",\"etag\":\"%s-1\",\"dataFileS3Key\":\"%sAWSDynamoDB/%s\"}\n"
              .formatted(
                  lines.get(i).size(),
                  DemoExportGenerator.md5(stored),
                  DemoExportGenerator.hex(path),
                  DemoExportGenerator.PREFIX,
                  path));
    }
    DemoExportGenerator.putWithChecksum(objects, EXPORT_ID + "/manifest-files", files.toString());
    DemoExportGenerator.putWithChecksum(objects, EXPORT_ID + "/manifest-summary", summary(total));
    return objects;
  }

  private String line(Map<String, String> old, Map<String, String> now) {
    Map<String, String> keys = new LinkedHashMap<>();
    Map<String, String> either = now == null ? old : now;
    keys.put("pk", either.get("pk"));
    keys.put("sk", either.get("sk"));
    long micros = moment().toEpochMilli() * 1000 + random.nextInt(1000);
    return "{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"%d\"}},\"Keys\":%s%s%s}"
        .formatted(
            micros,
            DemoExportGenerator.map(keys),
            now == null ? "" : ",\"NewImage\":" + DemoExportGenerator.map(now),
            old == null ? "" : ",\"OldImage\":" + DemoExportGenerator.map(old));
  }

  private static String summary(int changes) {
    String table = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders";
    return """
        {"version":"2023-08-01","exportArn":"%1$s/export/%2$s","startTime":"%3$s","endTime":"%4$s",\
        "tableArn":"%1$s","tableId":"0f1e2d3c-1111-2222-3333-444455556666",\
        "exportFromTime":"%5$s","exportToTime":"%6$s","s3Bucket":"acme-exports","s3Prefix":"nightly/orders",\
        "s3SseAlgorithm":"AES256","s3SseKmsKeyId":null,\
        "manifestFilesS3Key":"%7$sAWSDynamoDB/%2$s/manifest-files.json","billedSizeBytes":10000000,\
        "itemCount":%8$d,"outputFormat":"DYNAMODB_JSON","outputView":"NEW_AND_OLD_IMAGES","exportType":"INCREMENTAL_EXPORT"}
        """
        .formatted(
            table,
            EXPORT_ID,
            DemoExportGenerator.ISO.format(TO.plusSeconds(900)),
            DemoExportGenerator.ISO.format(TO.plusSeconds(1_342)),
            DemoExportGenerator.ISO.format(FROM),
            DemoExportGenerator.ISO.format(TO),
            DemoExportGenerator.PREFIX,
            changes);
  }
}
