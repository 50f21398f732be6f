package duet.interactions;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Knows what the columns of logs are usually called. */
final class KnownNames {
    /**
     * Names of what, without signs and in lower case; those of a set go before those of the next.
     */
    static final List<Set<String>> USERS =
            List.of(
                    Set.of("user", "userid", "uid", "useruuid", "userno", "useridx"),
                    Set.of(
                            "visitorid",
                            "customerid",
                            "reviewerid",
                            "memberid",
                            "accountid",
                            "profileid",
                            "clientid",
                            "personid",
                            "buyerid",
                            "viewerid",
                            "listenerid",
                            "readerid",
                            "playerid",
                            "subscriberid",
                            "steamid",
                            "username",
                            "reviewer",
                            "visitor",
                            "customer",
                            "member",
                            "client",
                            "customerkey",
                            "userkey"),
                    Set.of(
                            "sessionid",
                            "session",
                            "deviceid",
                            "device",
                            "cookieid",
                            "userpseudoid",
                            "anonymousid"));

    static final List<Set<String>> ITEMS =
            List.of(
                    Set.of("item", "itemid", "iid", "itemuuid", "itemno", "itemidx"),
                    Set.of(
                            "movieid",
                            "asin",
                            "parentasin",
                            "productid",
                            "sku",
                            "articleid",
                            "businessid",
                            "isbn",
                            "bookid",
                            "gameid",
                            "appid",
                            "artistid",
                            "trackid",
                            "songid",
                            "videoid",
                            "newsid",
                            "venueid",
                            "poiid",
                            "locationid",
                            "placeid",
                            "contentid",
                            "recipeid",
                            "animeid",
                            "showid",
                            "listingid",
                            "beerid",
                            "goodsid",
                            "offerid",
                            "hotelid",
                            "restaurantid",
                            "jobid",
                            "documentid",
                            "docid",
                            "pageid",
                            "streamid",
                            "courseid",
                            "adid",
                            "stockcode",
                            "gmapid",
                            "productkey"),
                    Set.of(
                            "movie",
                            "product",
                            "article",
                            "business",
                            "book",
                            "game",
                            "artist",
                            "track",
                            "song",
                            "video",
                            "url",
                            "page"));

    static final List<Set<String>> TIMES =
            List.of(
                    Set.of(
                            "timestamp",
                            "ts",
                            "time",
                            "datetime",
                            "eventtime",
                            "eventtimestamp",
                            "timestampmillis",
                            "unixreviewtime",
                            "unixtime",
                            "timestampms",
                            "timems",
                            "epoch"),
                    Set.of(
                            "date",
                            "createdat",
                            "tdat",
                            "reviewtime",
                            "eventdate",
                            "ratedat",
                            "ratingtimestamp",
                            "ratingtime",
                            "reviewdate",
                            "checkintime",
                            "purchasedate",
                            "orderdate",
                            "invoicedate",
                            "clicktime",
                            "interactiontime",
                            "createtime",
                            "created",
                            "servertime",
                            "playedat",
                            "dateadded",
                            "day"));

    private KnownNames() {}

    /**
     * Returns what of a name is compared: without what RecBole adds ({@code user_id:token}),
     * without signs, in lower case.
     */
    static String plain(String name) {
        int colon = name.indexOf(':');
        String own = colon > 0 ? name.substring(0, colon) : name;
        return own.replaceAll("[^\\p{L}\\p{N}]", "").toLowerCase(Locale.ROOT);
    }

    /**
     * Returns whether a name says that a column has dates, of which numbers may be a part alone.
     */
    static boolean isDate(String name) {
        return TIMES.get(1).contains(plain(name));
    }

    /** Returns whether a name is one of these. */
    static boolean isOneOf(List<Set<String>> known, String name) {
        return known.stream().anyMatch(names -> names.contains(plain(name)));
    }

    /** Returns whether a text is what a column is usually called. */
    static boolean isKnown(String name) {
        return isOneOf(USERS, name) || isOneOf(ITEMS, name) || isOneOf(TIMES, name);
    }
}
