# The AI Morning Post behind Varnish 7 with the module xkey (package varnish-modules).
#
#   varnishd -f deploy/varnish.vcl -a :80 -s default,256m -p http_gzip_support=off
#
# Settings of the server:
#
#   MORNINGPOST_PUBLIC_URL=https://news.example.org
#   MORNINGPOST_TRUSTED_PROXIES=<address of Varnish>
#   MORNINGPOST_EDGE_MAX_AGE=86400
#   MORNINGPOST_PURGE_URLS=http://<address of Varnish>
#
# Varnish then keeps answers for a day, and drops what a change touches when it is told.
# Without http_gzip_support=off Varnish asks for gzip only, and weakens the ETag of what it unpacks.

vcl 4.1;

import directors;
import std;
import xkey;

probe ready {
    .url = "/readyz";
    .interval = 2s;
    .timeout = 2s;
    .window = 3;
    .threshold = 2;
}

# The servers of the paper. One that is not ready is left aside.
backend node_1 {
    .host = "127.0.0.1";
    .port = "8000";
    .probe = ready;
    # A stream sends something every 12 seconds.
    .first_byte_timeout = 60s;
    .between_bytes_timeout = 60s;
}

backend node_2 {
    .host = "127.0.0.1";
    .port = "8001";
    .probe = ready;
    .first_byte_timeout = 60s;
    .between_bytes_timeout = 60s;
}

sub vcl_init {
    new nodes = directors.round_robin();
    nodes.add_backend(node_1);
    nodes.add_backend(node_2);
}

# Who may purge: the servers of the paper.
acl purgers {
    "localhost";
    "10.0.0.0"/8;
    "172.16.0.0"/12;
    "192.168.0.0"/16;
    "fd00::"/8;
}

sub vcl_recv {
    if (req.method == "PURGE") {
        # Only the address of the connection counts, never X-Forwarded-For.
        if (client.ip !~ purgers) {
            return (synth(403, "Forbidden"));
        }
        if (!req.http.Surrogate-Key) {
            return (synth(400, "Name the keys in Surrogate-Key"));
        }
        return (synth(200, "Dropped " + xkey.purge(req.http.Surrogate-Key)));
    }

    set req.backend_hint = nodes.backend();

    # WebSockets; and imports, which are answered line by line while they are sent.
    if (req.http.Upgrade ~ "(?i)^websocket$"
        || (req.method == "POST" && req.url ~ "^/v1/issues/import(\?|$)")) {
        return (pipe);
    }

    # Answers never depend on cookies.
    unset req.http.Cookie;

    # What a key reads is private; writes are never kept; a stream has no end.
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    if (req.http.Authorization || req.http.Accept ~ "(?i)text/event-stream") {
        return (pass);
    }

    # An expired answer is served only while no server is ready.
    if (std.healthy(req.backend_hint)) {
        set req.grace = 0s;
    }

    # Many spellings of Accept-Encoding, three bodies. A coding with q=0 is refused by its reader.
    if (req.http.Accept-Encoding ~ "(?i)(^|[, ])br *(,|$|; *q *= *(1|0?\.0*[1-9]))") {
        set req.http.Accept-Encoding = "br";
    } elsif (req.http.Accept-Encoding ~ "(?i)(^|[, ])gzip *(,|$|; *q *= *(1|0?\.0*[1-9]))") {
        set req.http.Accept-Encoding = "gzip";
    } elsif (req.http.Accept-Encoding !~ "(?i)identity *; *q *= *0(\.0*)? *(,|$)") {
        unset req.http.Accept-Encoding;
    }

    call normalise_accept;

    # Marks of campaigns change no page. Under /v1 an unknown parameter is refused, and stays.
    if (req.url !~ "^/(v1/|graphql)" && req.url ~ "[?&](utm_[a-z]+|fbclid|gclid)=") {
        set req.url = regsuball(req.url, "(?<=[?&])(utm_[a-z]+|fbclid|gclid)=[^&]*(&|$)", "");
        set req.url = regsub(req.url, "[?&]$", "");
    }

    return (hash);
}

# Issues and /graphql choose their form by Accept. Nearly all clients send one of a few values.
sub normalise_accept {
    if (req.http.Accept ~ "(?i)text/(markdown|\*|html)|q *= *0(\.0*)? *(,|$)") {
        # Left to the server, which knows all rules.
        return;
    }
    if (req.url ~ "^/v1/issues/[^/?]+(\?|$)" || req.url ~ "^/graphql(\?|$)") {
        if (req.http.Accept ~ "(?i)^ *application/graphql-response\+json *(,|$)") {
            set req.http.Accept = "application/graphql-response+json, application/json;q=0.9";
        } elsif (req.http.Accept !~ "(?i)graphql-response"
                 && (!req.http.Accept || req.http.Accept ~ "(?i)(\*/\*|application/(json|\*))")) {
            set req.http.Accept = "application/json";
        }
    }
}

sub vcl_pipe {
    if (req.http.Upgrade) {
        set bereq.http.Upgrade = req.http.Upgrade;
        set bereq.http.Connection = "Upgrade";
    } else {
        # The next request on the connection must come through here again.
        set bereq.http.Connection = "close";
    }
}

sub vcl_hash {
    # Answers do not depend on Host: their addresses come from MORNINGPOST_PUBLIC_URL.
    hash_data(req.url);
    return (lookup);
}

sub vcl_backend_response {
    # Refusals, redirects and outages are not kept.
    if (beresp.status != 200) {
        set beresp.uncacheable = true;
        set beresp.ttl = 1s;
        return (deliver);
    }
    # RFC 9213: the lifetime that is meant for CDNs.
    if (beresp.http.CDN-Cache-Control ~ "max-age=[0-9]+") {
        set beresp.ttl = std.duration(
            regsub(beresp.http.CDN-Cache-Control, "^.*max-age=([0-9]+).*$", "\1s"), 0s);
    }
    # For vcl_recv: how long an expired answer may help while no server is ready.
    set beresp.grace = 10m;
    set beresp.http.xkey = beresp.http.Surrogate-Key;
}

sub vcl_deliver {
    unset resp.http.xkey;
    # Readers count their own max-age from here, and never beyond what is left: Varnish drops an
    # answer when the next issue appears.
    if (resp.http.CDN-Cache-Control && obj.ttl > 0s) {
        unset resp.http.Age;
        if (obj.ttl < std.duration(
                regsub(resp.http.Cache-Control, "^.*max-age=([0-9]+).*$", "\1s"), 0s)) {
            set resp.http.Cache-Control = "public, max-age=" + regsub(obj.ttl, "\..*$", "");
        }
    }
}

sub vcl_backend_error {
    # A server that has just gone: the next one may answer. Only what changes nothing is repeated.
    if (bereq.retries < 1 && (bereq.method == "GET" || bereq.method == "HEAD")) {
        return (retry);
    }
    # Varnish has no answer of its own to give; problem documents have this form.
    set beresp.http.Content-Type = "application/problem+json";
    set beresp.http.Cache-Control = "no-store";
    set beresp.http.Retry-After = "5";
    synthetic({"{"type":"about:blank","title":"Service unavailable","status":503,"detail":"The server did not answer. Try again in a few seconds." }"});
    return (deliver);
}
