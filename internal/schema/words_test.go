package schema_test

import (
	"strings"
	"testing"

	"example.com/lastgood/internal/schema"
)

func TestSnakeSplitsNamesIntoWords(t *testing.T) {
	for name, want := range map[string]string{
		"Port": "port", "ReadTimeout": "read_timeout", "readTimeout": "read_timeout", "read_timeout": "read_timeout",
		"HTTPPort": "http_port", "URL": "url", "APIKey": "api_key", "DBDSN": "dbdsn", "ID": "id", "UserID": "user_id", "X": "x", "AValue": "a_value",
		"HTTP2Server": "http2_server", "S3Bucket": "s3_bucket", "X509Cert": "x509_cert", "Base64Key": "base64_key", "K8sName": "k8s_name", "Int8": "int8",
		"UserIDs": "user_ids", "URLs": "urls", "IDsFile": "ids_file", "DNSServers": "dns_servers", "TLSSecret": "tls_secret", "RunAsUser": "run_as_user", "CPUs4": "cpus4",
		"IPv4": "ipv4", "IPv6Addr": "ipv6_addr", "MinTLSv12": "min_tlsv12", "ListenIPv4": "listen_ipv4", "SSLverify": "ss_lverify",
		"GitHub": "github", "GitHubToken": "github_token", "UseGitLabCI": "use_gitlab_ci", "gitHubToken": "github_token", "GitHubber": "git_hubber",
		"OAuth": "oauth", "OAuth2": "oauth2", "OAuth2ID": "oauth2_id", "GitHubOAuth2ClientID": "github_oauth2_client_id", "OAuthor": "o_author",
		"MySQL": "mysql", "MySQLDSN": "mysql_dsn", "SQLite3Path": "sqlite3_path", "PostgreSQLURL": "postgresql_url", "GraphQLPath": "graphql_path", "UInt64": "uint64",
		"iOSBundleID": "ios_bundle_id", "DoSQL": "do_sql", "mTLS": "mtls", "QoS": "qos",
		"Foo_Bar": "foo_bar", "foo__bar": "foo__bar", "with-dash": "with-dash", "With-Dash": "with-dash", "db.DSN": "db.dsn", "": "", "_": "_", "ÄrgerÖl": "ärger_öl",
	} {
		if got := schema.Snake(name); got != want {
			t.Errorf("%s is split as %s, not %s", name, got, want)
		}
	}
}

func FuzzSnakeLosesNoCharacter(f *testing.F) {
	for _, name := range []string{"GitHubOAuth2ClientID", "UserIDs", "with-Dash", "IPv4", "\xff", "__A", "M\u03d4"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := schema.Snake(name)
		if schema.Fold(got) != schema.Fold(strings.ToValidUTF8(name, "\ufffd")) && schema.Fold(got) != schema.Fold(string([]rune(name))) {
			t.Errorf("%q became %q", name, got)
		}
		if again := schema.Snake(got); again != got {
			t.Errorf("%q became %q, and that %q", name, got, again)
		}
	})
}
