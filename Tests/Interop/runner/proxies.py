"""nginx and HAProxy between client and server; over TLS, both their ends are encrypted."""

from certificates import SERVER_NAME
from processes import Process, free_port

_NGINX = """
daemon off;
master_process off;
error_log stderr notice;
pid {folder}/nginx.pid;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream server {{
    server 127.0.0.1:{server_port};
    keepalive 16;
  }}
  server {{
    listen 127.0.0.1:{port} {listen};
    {tls}
    # The defaults end an upload at 1 MB in all, and a connection after 1000 calls.
    client_max_body_size 0;
    keepalive_requests 1000000;
    grpc_read_timeout 120s;
    grpc_send_timeout 120s;
    location / {{ grpc_pass {scheme}://server; }}
  }}
}}
"""

_NGINX_TLS = """ssl_certificate {certificate};
    ssl_certificate_key {key};
    grpc_ssl_trusted_certificate {authority};
    grpc_ssl_verify on;
    grpc_ssl_name {name};
    grpc_ssl_server_name on;"""

_HAPROXY = """
global
  maxconn 2000
defaults
  mode http
  # While many large responses wait for their clients, HAProxy 2.6 at times ends a server's connection that carries
  # several calls with INTERNAL_ERROR.
  http-reuse never
  timeout connect 5s
  timeout client 120s
  timeout server 120s
frontend clients
  bind 127.0.0.1:{port} {bind}
  default_backend servers
backend servers
  server server 127.0.0.1:{server_port} {server}
"""


def _nginx(folder, port, server_port, tls):
    configuration = _NGINX.format(
        folder=folder, port=port, server_port=server_port, listen="ssl http2" if tls else "http2",
        scheme="grpcs" if tls else "grpc",
        tls=_NGINX_TLS.format(
            certificate=tls.certificate, key=tls.key, authority=tls.authority, name=SERVER_NAME) if tls else "")
    path = folder / "nginx.conf"
    path.write_text(configuration)
    return ["nginx", "-e", "stderr", "-p", folder, "-c", path]


def _haproxy(folder, port, server_port, tls):
    bind, server = "proto h2", "proto h2"
    if tls:
        bind = f"ssl crt {tls.joined} alpn h2"
        server = (f"ssl alpn h2 ca-file {tls.authority} verify required sni str({SERVER_NAME})"
                  f" verifyhost {SERVER_NAME}")
    path = folder / "haproxy.cfg"
    path.write_text(_HAPROXY.format(port=port, server_port=server_port, bind=bind, server=server))
    return ["haproxy", "-db", "-f", path]


_COMMANDS = {"nginx": _nginx, "haproxy": _haproxy}
NAMES = tuple(_COMMANDS)


def start(name, folder, server_port, tls):
    """Starts a proxy in front of a server; returns it and its port. `tls` is the certificates, or None."""
    folder = folder / name
    folder.mkdir(parents=True)
    port = free_port()
    process = Process(name, _COMMANDS[name](folder, port, server_port, tls), folder)
    try:
        process.wait_for_port(port)
    except BaseException:
        process.__exit__()
        raise
    return process, port
