"""A device on Paho's Python client: subscribes, publishes with every QoS, and goes on until SIGTERM, on which it says goodbye."""
import signal
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

host, port, five = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "5"
if five:
    client = mqtt.Client("paho-device", protocol=mqtt.MQTTv5)
else:
    client = mqtt.Client("paho-device", clean_session=False, protocol=mqtt.MQTTv311)
client.username_pw_set("user", "word")
client.will_set("lab/will", "gone", qos=1)
client.reconnect_delay_set(1, 1)
published = False


def connected(client, userdata, flags, reason, properties=None):
    global published
    client.subscribe("lab/+/in", qos=2)
    if not published:
        published = True
        client.unsubscribe("lab/old")
        client.publish("lab/out", "state", retain=True)
        for qos in (1, 1, 2, 2):
            client.publish("lab/out", "a message of some length", qos=qos)


def leave(signum, frame):
    client.disconnect()
    sys.exit(0)


client.on_connect = connected
signal.signal(signal.SIGTERM, leave)
if five:
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = 60
    client.connect(host, port, keepalive=5, clean_start=False, properties=properties)
else:
    client.connect(host, port, keepalive=5)
client.loop_forever()
