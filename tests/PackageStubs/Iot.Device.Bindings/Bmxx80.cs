// Signatures of Iot.Device.Bindings 4.2.0: the BME280.
using System.Device.I2c;
using Iot.Device.Bmxx80.ReadResult;
using UnitsNet;

namespace Iot.Device.Bmxx80
{
    public abstract class Bmxx80Base : IDisposable
    {
        public void Dispose() => throw new NotImplementedException();
    }

    public abstract class Bmx280Base : Bmxx80Base
    {
    }

    public class Bme280 : Bmx280Base
    {
        public Bme280(I2cDevice i2cDevice) => throw new NotImplementedException();

        public Bme280ReadResult Read() => throw new NotImplementedException();
    }
}

namespace Iot.Device.Bmxx80.ReadResult
{
    public class Bmp280ReadResult
    {
        internal Bmp280ReadResult()
        {
        }

        public Temperature? Temperature => throw new NotImplementedException();

        public Pressure? Pressure => throw new NotImplementedException();
    }

    public class Bme280ReadResult : Bmp280ReadResult
    {
        internal Bme280ReadResult()
        {
        }

        public RelativeHumidity? Humidity => throw new NotImplementedException();
    }
}
