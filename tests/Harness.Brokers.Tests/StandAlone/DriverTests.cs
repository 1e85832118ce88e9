namespace Harness.Brokers.Tests.StandAlone;

/// <summary>The contract at Mosquitto.</summary>
public sealed class MosquittoContract : StandAloneContract
{
    protected override StartMqttBroker Driver
    {
        get
        {
            _ = NeedsProgram.Find("mosquitto", "mosquitto");
            return MosquittoDriver.StartAsync;
        }
    }
}

/// <summary>The contract at RabbitMQ, which takes seconds to start.</summary>
[Category("Long")]
public sealed class RabbitMqContract : StandAloneContract
{
    protected override StartMqttBroker Driver
    {
        get
        {
            Needs.That(BrokerProcess.TryFind("/usr/lib/rabbitmq/bin/rabbitmq-server") is not null, "RabbitMQ", "sudo rigs/brokers/install rabbitmq-server");
            return RabbitMqDriver.StartAsync;
        }
    }
}

/// <summary>The contract at ActiveMQ, which takes seconds to start.</summary>
[Category("Long")]
public sealed class ActiveMqContract : StandAloneContract
{
    protected override StartMqttBroker Driver
    {
        get
        {
            Needs.That(BrokerProcess.TryFind("/usr/share/java/mqtt-client.jar") is not null && BrokerProcess.TryFind("/usr/share/java/activemq-mqtt.jar") is not null, "ActiveMQ", "sudo rigs/brokers/install activemq libmqtt-client-java");
            return ActiveMqDriver.StartAsync;
        }
    }
}
