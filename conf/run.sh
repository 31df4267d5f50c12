#!/bin/bash
# conf/run.sh BUILD: serves this host to its own users, with a user `admin` whose password lives as long as BUILD/run.
# Prints first requests that can be pasted into any other terminal of the same user, then becomes the daemon.
set -eu
cd "$(dirname "$0")/.."
build=$1
run=$build/run
listen=${LISTEN:-127.0.0.1:5985}

mkdir -p "$run/state"
chmod 700 "$run"
umask 077
if [ ! -s "$run/password" ] || [ ! -s "$run/users" ]; then
    rm -f "$run/users"
    od -An -tx1 -N12 /dev/urandom | tr -d ' \n' >"$run/password"
    "$build/cimstream" passwd "$run/users" admin <"$run/password" || { rm -f "$run/password"; exit 1; }
fi

# MaxElements is a ceiling, not a wish: everything comes in one answer, the first instances at once.
cat >"$run/enumerate.xml" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"
    xmlns:wsman="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:wsen="http://schemas.xmlsoap.org/ws/2004/09/enumeration">
  <s:Header>
    <wsa:Action s:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate</wsa:Action>
    <wsa:To s:mustUnderstand="true">http://$listen/wsman</wsa:To>
    <wsman:ResourceURI s:mustUnderstand="true">http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ManagedElement</wsman:ResourceURI>
    <wsa:MessageID s:mustUnderstand="true">uuid:$(cat /proc/sys/kernel/random/uuid)</wsa:MessageID>
    <wsa:ReplyTo>
      <wsa:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:Address>
    </wsa:ReplyTo>
  </s:Header>
  <s:Body>
    <wsen:Enumerate>
      <wsman:OptimizeEnumeration/>
      <wsman:MaxElements>1000000</wsman:MaxElements>
    </wsen:Enumerate>
  </s:Body>
</s:Envelope>
XML

cat <<TEXT

Ask with the client of this build (paste into another terminal; the variables stay for what follows):

export CIMSTREAM_URL=http://$listen CIMSTREAM_USER=admin CIMSTREAM_PASSWORD_FILE='$PWD/$run/password'
'$PWD/$build/cimstream' enum CIM_OperatingSystem

Everything this host is made of, as one stream of WS-Man (add  | xmllint --format -  to read it):

curl -sN -u admin:$(cat "$run/password") -H 'Content-Type: application/soap+xml;charset=UTF-8' --data-binary @'$PWD/$run/enumerate.xml' http://$listen/wsman

Ctrl-C stops the server.

TEXT
exec "$build/cimstreamd" --listen="$listen" --users="$run/users" --schema_dir=conf/schema --state_dir="$run/state"
