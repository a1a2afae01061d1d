package config_test

import (
	"encoding/json"
	"log/slog"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
)

// checked loads a value as one of type V.
func checkedAs[V any](t *testing.T, value string) error {
	type settings struct {
		V V `mapstructure:"v"`
	}
	return config.Check[settings](config.WithFile(yamlFile(t, "v: "+value+"\n")))
}

var tableTypes = map[string]func(*testing.T, string) error{
	"`string`": checkedAs[string], "`bool`": checkedAs[bool], "`int`": checkedAs[int], "`int64`": checkedAs[int64],
	"`int8`": checkedAs[int8], "`uint8`": checkedAs[uint8], "`float64`": checkedAs[float64], "`[]byte`": checkedAs[[]byte],
	"`time.Duration`": checkedAs[time.Duration], "`time.Time`": checkedAs[time.Time], "`*time.Location`": checkedAs[*time.Location],
	"`url.URL`": checkedAs[url.URL], "`netip.Addr`": checkedAs[netip.Addr], "`net.IP`": checkedAs[net.IP],
	"`netip.AddrPort`": checkedAs[netip.AddrPort], "`netip.Prefix`": checkedAs[netip.Prefix], "`net.IPNet`": checkedAs[net.IPNet],
	"`net.IPMask`": checkedAs[net.IPMask], "`net.HardwareAddr`": checkedAs[net.HardwareAddr], "`*regexp.Regexp`": checkedAs[*regexp.Regexp],
	"`slog.Level`": checkedAs[slog.Level], "`big.Int`": checkedAs[big.Int], "`big.Float`": checkedAs[big.Float], "`big.Rat`": checkedAs[big.Rat],
	"`json.Number`": checkedAs[json.Number], "`json.RawMessage`": checkedAs[json.RawMessage], "`yaml.Node`": checkedAs[yaml.Node],
	"`config.Secret`": checkedAs[config.Secret], "`[]string`": checkedAs[[]string], "`[3]int`": checkedAs[[3]int],
	"`map[string]int`": checkedAs[map[string]int], "`map[int]string`": checkedAs[map[int]string],
	"a struct": checkedAs[struct{ Port int }], "`any`": checkedAs[any],
}

func TestTheTableOfTypesIsTrue(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(readme), "| Go type | how it is written | what is refused |\n|---|---|---|\n")
	if !found {
		t.Fatal("README.md beside the package has no table of types")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	code := regexp.MustCompile("`[^`]+`")
	played := map[string]bool{}
	for row := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(row, "|\n"), " | ")
		for name := range strings.SplitSeq(strings.TrimSpace(cells[0]), ", ") {
			check := tableTypes[name]
			if check == nil {
				if name != "a type that reads itself" {
					t.Errorf("%s is not played", name)
				}
				continue
			}
			played[name] = true
			for i, wanted := range []bool{true, false} {
				for _, value := range code.FindAllString(cells[i+1], -1) {
					if err := check(t, strings.Trim(value, "`")); (err == nil) != wanted {
						t.Errorf("%s of %s: accepted is %v; %v", name, value, err == nil, err)
					}
				}
			}
		}
	}
	if len(played) != len(tableTypes) {
		t.Errorf("%d types of %d are in the table", len(played), len(tableTypes))
	}
}

func TestTypesOfTheLibraryAreWhatPeopleWrote(t *testing.T) {
	type settings struct {
		Net  net.IPNet
		Mac  net.HardwareAddr
		Mask net.IPMask
		Six  net.IPMask
		Zone *time.Location
		Here *time.Location
		Re   *regexp.Regexp
		Big  *big.Int
		Num  json.Number
	}
	s := open[settings](t, config.WithFile(yamlFile(t, `
net: 10.0.0.0/8
mac: 00-00-5e-00-53-01
mask: 255.255.255.0
six: "ffff:ffff::"
zone: UTC
here: Local
re: ^a+$
big: 123456789012345678901234567890
num: 1_000.50
`)))
	got := s.Current()
	for name, text := range map[string][2]string{
		"net":  {got.Net.String(), "10.0.0.0/8"},
		"mac":  {got.Mac.String(), "00:00:5e:00:53:01"},
		"mask": {got.Mask.String(), "ffffff00"},
		"six":  {got.Six.String(), "ffffffff000000000000000000000000"},
		"zone": {got.Zone.String(), "UTC"},
		"here": {got.Here.String(), "Local"},
		"re":   {got.Re.String(), "^a+$"},
		"big":  {got.Big.String(), "123456789012345678901234567890"},
		"num":  {got.Num.String(), "1000.50"},
	} {
		if text[0] != text[1] {
			t.Errorf("%s is %s, want %s", name, text[0], text[1])
		}
		if shown := settingOf(s, name).Value; shown != text[1] {
			t.Errorf("the setting %s is %v, want %s", name, shown, text[1])
		}
	}
	if got.Here != time.Local || got.Zone != time.UTC { // package time compares these by their addresses
		t.Error("the zones are copies")
	}
}
