package io.dynamodblake.job;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.Extent;
import io.dynamodblake.flatten.EntityObserver;
import io.dynamodblake.flatten.ItemObserver;
import io.dynamodblake.job.inspect.Inspection;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.SchemaPlanner;
import io.dynamodblake.schema.entity.EntityDetection;
import io.dynamodblake.schema.entity.EntityHints;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The inspection of the demo export, without Spark. */
public final class DemoInspection {
  private DemoInspection() {}

  public static Inspection of() {
    List<String> lines = new ArrayList<>();
    List<DataFile> files = new ArrayList<>();
    for (String object : DemoExport.objects()) {
      if (object.endsWith(".gz")) {
        try (GZIPInputStream gzip =
            new GZIPInputStream(new ByteArrayInputStream(DemoExport.bytes(object)))) {
          List<String> items =
              new String(gzip.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
          if (!items.isEmpty()) {
            files.add(new DataFile(files.size(), "demo/" + object, object, items.size(), "", -1));
          }
          lines.addAll(items);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    String table = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders";
    ExportManifest manifest =
        new ExportManifest(
            "demo/AWSDynamoDB/" + DemoExport.EXPORT_ID,
            DemoExport.EXPORT_ID,
            Optional.of(table + "/export/" + DemoExport.EXPORT_ID),
            Optional.of(table),
            Optional.empty(),
            Optional.of(Instant.parse("2024-11-18T03:20:00Z")),
            Optional.empty(),
            List.of(),
            lines.size(),
            "DYNAMODB_JSON",
            Extent.UNSAID,
            files,
            List.of());
    return of(manifest, lines);
  }

  /** The inspection of items in a folder without a manifest. */
  public static Inspection ofFolder(List<String> lines) {
    ExportManifest manifest =
        new ExportManifest(
            "file:/dir",
            "dir",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            -1,
            "DYNAMODB_JSON",
            Extent.UNSAID,
            List.of(new DataFile(0, "file:/dir/a.gz", "file:/dir/a.gz", -1, "", 10)),
            List.of());
    return of(manifest, lines);
  }

  public static Inspection of(ExportManifest manifest, List<String> lines) {
    ItemObserver observer = new ItemObserver(ProfileLimits.DEFAULT.withDetails());
    EntityObserver kinds =
        new EntityObserver(EntityHints.at(Instant.parse("2024-11-18T03:20:00Z")));
    ItemScanner scanner = new ItemScanner();
    ItemTape tape = new ItemTape();
    for (String line : lines) {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      try {
        scanner.scan(bytes, 0, bytes.length, tape);
      } catch (MalformedRecordException e) {
        throw new IllegalArgumentException(e);
      }
      observer.observe(tape, bytes.length);
      kinds.observe(tape);
    }
    Profile profile = observer.profile();
    return new Inspection(
        manifest,
        -1,
        "md5",
        profile,
        SchemaPlanner.plan(profile, PlanOptions.of("orders", List.of())),
        EntityDetection.of(kinds.profile()));
  }
}
