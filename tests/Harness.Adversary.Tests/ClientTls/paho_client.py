"""One login by Paho for Python: PORT CA PASSWORD."""
import sys

import paho.mqtt.client as mqtt

client = mqtt.Client("paho")
client.username_pw_set("probe", sys.argv[3])
client.tls_set(ca_certs=sys.argv[2])
client.connect("localhost", int(sys.argv[1]))
while not client.is_connected():
    if client.loop(1) != mqtt.MQTT_ERR_SUCCESS:
        sys.exit(1)
client.disconnect()
