"""Print what the pip of this interpreter is configured with, as one JSON line.

Runs in any Python from 3.6 on with any pip from 20 on. The parser of `pip install` itself merges files, environment and
its own defaults, so no rule of pip is repeated here, and the default index is pip's, not ours.
"""

import json
import os
import sys


def netrc_entries(urls):
    import netrc
    from urllib.parse import urlsplit

    try:
        table = netrc.netrc(os.environ.get("NETRC") or None)
    except Exception:
        return {}
    found = {}
    for url in urls:
        host = urlsplit(url).hostname
        entry = table.authenticators(host) if host else None
        if entry and entry[2]:
            found[host] = [entry[0] or "", entry[2]]
    return found


def main():
    import pip
    from pip._internal.commands import create_command

    options, _ = create_command("install").parse_args([])
    from urllib.request import getproxies_environment

    proxies = getproxies_environment()
    http = [options.index_url] + list(options.extra_index_urls or []) + list(options.find_links or [])
    ca = options.cert or os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    json.dump(
        {
            "pip": pip.__version__,
            "index_url": options.index_url,
            "extra_index_urls": list(options.extra_index_urls or []),
            "find_links": list(options.find_links or []),
            "no_index": bool(options.no_index),
            "cert": ca or None,
            "client_cert": options.client_cert or None,
            "proxy": options.proxy or None,
            "environment_proxies": {key: proxies[key] for key in ("http", "https", "no") if proxies.get(key)},
            "trusted_hosts": list(options.trusted_hosts or []),
            "timeout": float(options.timeout),
            "constraints": list(options.constraints or []),
            "netrc": netrc_entries([url for url in http if url]),
        },
        sys.stdout,
    )
    sys.stdout.write("\n")


main()
