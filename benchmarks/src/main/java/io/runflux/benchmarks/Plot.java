// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * All ratios as a picture (SVG): a bar for each contender under each condition, as long as the ratio of Runflux's rate
 * to it is on a logarithmic scale, to the right of the line where both are equal, or to its left.
 */
final class Plot {
    private static final int WIDTH = 960;
    private static final int ROW = 18;
    private static final int LABELS = 470;
    private static final int MIDDLE = 600;
    private static final double DECADE = 150;
    private static final double LARGEST = 2;
    private static final double SMALLEST = -0.8;

    private Plot() {}

    static String of(List<Results> all) {
        List<String> rows = new ArrayList<>();
        for (Results results : all) {
            results.settings().forEach(setting -> addBars(rows, results, setting));
        }
        int height = (rows.size() + 3) * ROW;
        StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                <text x="%3$d" y="16" text-anchor="middle">Runflux's rate to each contender's; equal at the line, ten times a step</text>
                """, WIDTH, height, WIDTH / 2));
        rows.forEach(svg::append);
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%1$d\" y1=\"%2$d\" x2=\"%1$d\" y2=\"%3$d\" stroke=\"black\"/>%n</svg>%n",
                MIDDLE,
                ROW + 8,
                height - ROW));
        return svg.toString();
    }

    private static void addBars(List<String> rows, Results results, String setting) {
        for (String contender : results.contenders(setting)) {
            OptionalDouble ratio = results.ratio(setting, Metric.RATE, Question.RUNFLUX, contender);
            if (ratio.isPresent() && !contender.equals(Question.RUNFLUX)) {
                String label = results.question().name() + ", " + setting + ": " + contender;
                rows.add(bar(rows.size() + 1, label, ratio.getAsDouble()));
            }
        }
    }

    private static String bar(int row, String label, double ratio) {
        double length = Math.max(SMALLEST, Math.min(LARGEST, Math.log10(ratio))) * DECADE;
        int top = row * ROW + 10;
        return String.format(
                Locale.ROOT,
                """
                <text x="%d" y="%d" text-anchor="end">%s</text>
                <rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>
                <text x="%.1f" y="%d">%s</text>
                """,
                LABELS,
                top + 12,
                escape(label),
                Math.min(MIDDLE, MIDDLE + length),
                top + 2,
                Math.abs(length),
                ROW - 5,
                ratio >= 1 ? "#2b7a3d" : "#b5502e",
                Math.max(MIDDLE, MIDDLE + length) + 4,
                top + 12,
                Ratios.format(ratio));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
